using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>Links, limits and rates across all nodes that share a PostgreSQL database.</summary>
[Collection(nameof(ClusterDeliveryTests))]
public sealed partial class ClusterConsistencyTests
{
    private const string Subscriber = "ada@example.org";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALinkFromOneNodeWorksOnAnotherWithoutASharedFile()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var firstNode = database.CreateNode();
        await using var secondNode = database.CreateNode();
        await using var program = await firstNode.ServeAsync();
        await firstNode.WaitForFirstEditionAsync();
        (await firstNode.RunAsync("subscribers", "add", Subscriber, "--confirmed")).EnsureSuccess();

        var link = await LinkAsync(secondNode);
        (await secondNode.RunAsync("keys", "rotate")).EnsureSuccess();
        var newerLink = await LinkAsync(secondNode);

        Assert.NotEqual(link, newerLink);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK],
            [await StatusAsync(firstNode, link), await StatusAsync(firstNode, newerLink)]);
        Assert.Empty(Directory.GetFiles(firstNode.Folder, "keys.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task TheRateLimitOfANetworkIsSharedByAllNodes()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var firstNode = database.CreateNode();
        await using var secondNode = database.CreateNode();
        foreach (var node in (TestApp[])[firstNode, secondNode])
        {
            node.Settings["Security__RateLimits__SignUpsPerNetwork"] = "5";
            node.Settings["Forwarding__KnownProxies__0"] = "127.0.0.1";
        }

        await using var first = await firstNode.ServeAsync();
        await using var second = await secondNode.ServeAsync();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe");
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            request.Content = new FormUrlEncodedContent([new("email", $"subscriber{i}@example{i}.org")]);
            using var response = await (i % 2 == 0 ? firstNode : secondNode).Http.SendAsync(request, Stop);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(
            [.. Enumerable.Repeat(HttpStatusCode.Accepted, 5), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 3)],
            statuses);
    }

    [Theory]
    [InlineData("Mail__Smtp__0__MaxPerMinute", "480")]
    [InlineData("Delivery__Domains__0__MaxPerMinute", "480")]
    public async Task ASendingRateIsSharedByAllNodes(string rate, string perMinute)
    {
        const int Subscribers = 40;
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        await using var database = await ClusterDatabase.CreateAsync();
        await using var server = new CountingSmtpServer(TimeSpan.Zero);
        await using var firstNode = database.CreateNode();
        await using var secondNode = database.CreateNode();
        foreach (var node in (TestApp[])[firstNode, secondNode])
        {
            node.Settings["Mail__Transport"] = "Smtp";
            node.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
            node.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
            node.Settings["Mail__Smtp__0__Security"] = "None";
            node.Settings["Delivery__Domains__0__Domain"] = "example.org";
            node.Settings["Delivery__Domains__0__MaxPerMinute"] = "60000";
            node.Settings[rate] = perMinute;
        }

        (await firstNode.RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date",
            today)).EnsureSuccess();
        (await firstNode.RunAsync("edition", "publish", "--date", today)).EnsureSuccess();
        await database.ExecuteAsync($"""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                format, created_at)
            SELECT 'subscriber' || n || '@example.org', 'subscriber' || n || '@example.org', 'active', 'daily',
                'monday',
                '07:00', 'UTC', 10, 'html', 0
            FROM generate_series(1, {Subscribers}) AS n
            """);
        var firstMessage = server.WaitForCountAsync(1);
        await using var first = firstNode.Start("run", "--role", "worker");
        await using var second = secondNode.Start("run", "--role", "worker");
        await using var third = firstNode.Start("digest", "send", "--date", today);
        await firstMessage;
        var time = Stopwatch.StartNew();
        await server.WaitForCountAsync(Subscribers);
        time.Stop();
        await third.WaitForExitAsync();

        // 40 messages at 8 a second take 5 seconds; an initial burst and a late first observation may each save one.
        Assert.InRange(time.Elapsed.TotalSeconds, 3, double.MaxValue);
        Assert.Distinct(server.Accepted.Select(mail => mail.Recipient));
    }

    /// <summary>The path of a link in a digest rendered by this node.</summary>
    private static async Task<string> LinkAsync(TestApp node) => Link().Match(
        (await node.RunAsync("digest", "preview", "--as", Subscriber, "--format",
            "text")).EnsureSuccess().Output).Value;

    private static async Task<HttpStatusCode> StatusAsync(TestApp node, string path)
    {
        using var response = await node.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return response.StatusCode;
    }

    [GeneratedRegex(@"/preferences/[\w.-]+")]
    private static partial Regex Link();
}
