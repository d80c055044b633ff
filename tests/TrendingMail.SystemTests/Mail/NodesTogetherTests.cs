using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace TrendingMail.SystemTests.Mail;

/// <summary>What must be right over all nodes of one PostgreSQL together: links, limits, rates.</summary>
[Collection(nameof(NodesTests))]
public sealed partial class NodesTogetherTests
{
    private const string Reader = "ada@example.org";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALinkOfOneNodeOpensOnAnotherWithoutAFileThatTheyShare()
    {
        await using var database = await NodeDatabase.CreateAsync();
        await using var here = database.NewNode();
        await using var there = database.NewNode();
        await using var program = await here.ServeAsync();
        await here.FirstEditionAsync();
        (await here.RunAsync("subscribers", "add", Reader, "--confirmed")).Well();

        var link = await LinkAsync(there);
        (await there.RunAsync("keys", "rotate")).Well();
        var newer = await LinkAsync(there);

        Assert.NotEqual(link, newer);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await StatusAsync(here, link), await StatusAsync(here, newer)]);
        Assert.Empty(Directory.GetFiles(here.Folder, "keys.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ANetworkHasOneBudgetOnAllNodes()
    {
        await using var database = await NodeDatabase.CreateAsync();
        await using var here = database.NewNode();
        await using var there = database.NewNode();
        foreach (var node in (ProgramHome[])[here, there])
        {
            node.Settings["Security__RateLimits__SignUpsPerNetwork"] = "5";
        }

        await using var first = await here.ServeAsync();
        await using var second = await there.ServeAsync();

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            using var form = new FormUrlEncodedContent([new("email", $"reader{i}@example{i}.org")]);
            using var answer = await (i % 2 == 0 ? here : there).Http.PostAsync(new Uri("/subscribe", UriKind.Relative), form, Stop);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(
            [.. Enumerable.Repeat(HttpStatusCode.Accepted, 5), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 3)], answers);
    }

    [Theory]
    [InlineData("Mail__Smtp__0__MaxPerMinute", "480")]
    [InlineData("Delivery__Domains__0__MaxPerMinute", "480")]
    public async Task ARateHoldsForAllNodesTogether(string rate, string perMinute)
    {
        const int Readers = 40;
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        await using var database = await NodeDatabase.CreateAsync();
        await using var server = new CountingSmtpServer(TimeSpan.Zero);
        await using var here = database.NewNode();
        await using var there = database.NewNode();
        foreach (var node in (ProgramHome[])[here, there])
        {
            node.Settings["Mail__Transport"] = "Smtp";
            node.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
            node.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
            node.Settings["Mail__Smtp__0__Security"] = "None";
            node.Settings["Delivery__Domains__0__Domain"] = "example.org";
            node.Settings["Delivery__Domains__0__MaxPerMinute"] = "60000";
            node.Settings[rate] = perMinute;
        }

        (await here.RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", today)).Well();
        (await here.RunAsync("edition", "publish", "--date", today)).Well();
        await database.ExecuteAsync($"""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers, format, created_at)
            SELECT 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'active', 'daily', 'monday', '07:00', 'UTC', 10,
                'html', 0
            FROM generate_series(1, {Readers}) AS n
            """);
        var begun = server.ReachedAsync(1);
        await using var first = here.Start("run", "--role", "worker");
        await using var second = there.Start("run", "--role", "worker");
        await using var third = here.Start("digest", "send", "--date", today);
        await begun;
        var time = Stopwatch.StartNew();
        await server.ReachedAsync(Readers);
        time.Stop();
        await third.EndAsync();

        // Eight a second, of which a second's worth may leave at the beginning and another be late to be seen.
        Assert.InRange(time.Elapsed.TotalSeconds, 3, double.MaxValue);
        Assert.Distinct(server.Taken.Select(mail => mail.Recipient));
    }

    /// <summary>The path of a link in a digest, as this node makes it.</summary>
    private static async Task<string> LinkAsync(ProgramHome node) => Link().Match(
        (await node.RunAsync("digest", "preview", "--as", Reader, "--format", "text")).Well().Output).Value;

    private static async Task<HttpStatusCode> StatusAsync(ProgramHome node, string path)
    {
        using var answer = await node.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"/preferences/[\w.-]+")]
    private static partial Regex Link();
}
