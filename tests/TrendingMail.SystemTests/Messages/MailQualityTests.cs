using System.Globalization;
using System.Text.RegularExpressions;
using MimeKit;
using TrendingMail.SystemTests.Browsing;

namespace TrendingMail.SystemTests.Messages;

/// <summary>Checks outgoing mail with SpamAssassin, the Nu HTML checker and the data of caniemail.com.</summary>
public sealed partial class MailQualityTests : IAsyncLifetime
{
    private const double MaximumSpamScore = 1.0;

    private readonly TestApp app = new("sample.json");

    private string[] messages = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Creates a digest and a welcome mail as an operator with a domain sends them.</summary>
    public async ValueTask InitializeAsync()
    {
        app.Settings["Site__PublicUrl"] = "https://papers.example.com";
        app.Settings["Site__Contact"] = "help@example.com";
        app.Settings["Mail__From"] = "digest@example.com";
        var day = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await app.RunAsync("papers", "fetch", "--date", day)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", day)).EnsureSuccess();
        (await app.RunAsync("subscribers", "add", "ada@example.org", "--confirmed")).EnsureSuccess();
        (await app.RunAsync("digest", "send", "--date", day)).EnsureSuccess();
        messages = Directory.GetFiles(app.Outbox, "*.eml");
        Assert.Contains(messages, mail => Path.GetFileName(mail).StartsWith("daily-", StringComparison.Ordinal));
        Assert.Contains(messages, mail => Path.GetFileName(mail).StartsWith("welcome-", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task SpamAssassinScoresAreLow()
    {
        var filter = Require.Program("spamassassin", "spamassassin");
        foreach (var mail in messages)
        {
            // -L: local tests only, no network access.
            var report = (await Child.RunAsync(filter, "-L", "-t", mail)).EnsureSuccess().Output;
            var score = double.Parse(Score().Match(report).Groups["score"].Value, CultureInfo.InvariantCulture);

            Assert.True(score < MaximumSpamScore, $"{Path.GetFileName(mail)} scores {score}:\n{report}");
        }
    }

    [Fact]
    public async Task TheMarkupOfEveryMessageIsValid()
    {
        var folder = Directory.CreateDirectory(Path.Combine(app.Folder, "html"));
        foreach (var mail in messages)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, Path.ChangeExtension(Path.GetFileName(mail), "html")),
                await HtmlAsync(mail), Stop);
        }

        Assert.Empty(await NuChecker.ErrorsAsync(folder.FullName));
    }

    [Fact]
    public async Task EveryUnsupportedFeatureIsDocumented()
    {
        var documented = DocumentedFeature()
            .Matches(await File.ReadAllTextAsync(Repository.File("docs", "templates.md"), Stop))
            .Select(match => match.Groups["feature"].Value).ToHashSet();
        foreach (var mail in messages)
        {
            var html = Path.Combine(app.Folder, "lint.html");
            await File.WriteAllTextAsync(html, await HtmlAsync(mail), Stop);

            Assert.Empty((await CanIEmail.FindingsAsync(html)).Except(documented));
        }
    }

    private static async Task<string> HtmlAsync(string mail)
    {
        using var message = await MimeMessage.LoadAsync(mail, Stop);
        return message.HtmlBody!;
    }

    [GeneratedRegex(@"\bscore=(?<score>-?\d+\.\d+)")]
    private static partial Regex Score();

    /// <summary>The first column of the table of known limitations.</summary>
    [GeneratedRegex(@"^\| `(?<feature>[^`]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex DocumentedFeature();
}
