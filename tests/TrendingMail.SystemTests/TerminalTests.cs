using System.Globalization;

namespace TrendingMail.SystemTests;

/// <summary>What the program asks on a terminal; the program <c>script</c> gives it one.</summary>
public sealed class TerminalTests
{
    private static readonly string Old =
        DateTime.UtcNow.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("y\n", 1)]
    [InlineData("n\n", 0)]
    [InlineData("\n", 0)]
    public async Task AnOlderEditionIsSentOnlyIfTheOperatorSaysYes(string answer, int sent)
    {
        var script = Require.Program("bsdutils", "script");
        await using var app = new TestApp();
        await ImportAsync(app, DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "2611.00001");
        await ImportAsync(app, Old, "2611.00002");
        (await app.RunAsync("subscribers", "add", "ada@example.net", "--confirmed")).EnsureSuccess();

        await using var terminal = Child.Start(
            script, ["-qec", $"dotnet '{app.Program}' digest send --date {Old}", "/dev/null"], app.Folder,
            app.ProcessEnvironment, answer);
        var result = await terminal.WaitForExitAsync();

        Assert.Contains("1 digest would be sent. Send? [y/N]", result.Output, StringComparison.Ordinal);
        Assert.Equal(sent, Directory.Exists(app.Outbox)
            ? Directory.GetFiles(app.Outbox, $"daily-{Old}.*.eml").Length : 0);
    }

    private static async Task ImportAsync(TestApp app, string day, string id)
    {
        var file = Path.Combine(app.Folder, $"{day}.json");
        await File.WriteAllTextAsync(file, $$"""
            [{ "arxiv_id": "{{id}}", "title": "A paper of {{day}}", "abstract": "Short.", "listed_on": "{{day}}" }]
            """, TestContext.Current.CancellationToken);
        (await app.RunAsync("papers", "import", file)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", day)).EnsureSuccess();
    }
}
