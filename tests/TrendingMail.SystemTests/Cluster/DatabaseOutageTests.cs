using System.Net;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>PostgreSQL crashes during a run, and comes back.</summary>
[Collection(nameof(ClusterDeliveryTests))]
public sealed class DatabaseOutageTests
{
    private const int Subscribers = 900;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NodesRecoverByThemselvesAndNothingIsLostOrDuplicated()
    {
        await using var postgres = await PostgreSqlServer.CreateAsync();
        await using var cluster = await TestCluster.CreateAsync(postgres.ConnectionString, 2, Subscribers);
        await using var server = cluster.UseServer(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));
        await using var first = await cluster.Nodes[0].ServeAsync();
        await using var second = await cluster.Nodes[1].ServeAsync();
        var site = cluster.Nodes[0];
        await site.SubscribeAsync("early@example.org");
        await cluster.QueueAsync();
        await server.WaitForCountAsync(Subscribers / 4);

        await postgres.CrashAsync();
        var (readiness, _) = await GetAsync(site, "/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, readiness);
        var (status, page) = await GetAsync(site, "/papers/2020-01-01");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("Temporarily unavailable", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SubscribeAsync(site, "amid@example.org"));
        await postgres.StartAsync();

        await Until.FoundAsync("both are ready again", Limit, async () =>
            (await GetAsync(site, "/healthz/ready")).Status == HttpStatusCode.OK
            && (await GetAsync(cluster.Nodes[1], "/healthz/ready")).Status == HttpStatusCode.OK ? "yes" : null);
        await Until.FoundAsync("all deliveries are recorded as sent", Limit, async () =>
            await cluster.CountSentAsync() == Subscribers ? "yes" : null);
        var digests = server.Accepted
            .Where(mail => mail.Recipient.StartsWith("subscriber", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Subscribers, digests.Length);
        Assert.Distinct(digests.Select(mail => mail.Recipient));

        // An accepted sign-up gets its confirmation mail; a failed one can be tried again.
        await WaitForMessageAsync(server, "early@example.org");
        Assert.Equal(HttpStatusCode.Accepted, await SubscribeAsync(site, "amid@example.org"));
        await WaitForMessageAsync(server, "amid@example.org");
        foreach (var node in (Child[])[first, second])
        {
            await node.SignalAsync("TERM");
            Assert.Equal(0, (await node.WaitForExitAsync()).ExitCode);
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(TestApp site, string path)
    {
        using var response = await site.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<HttpStatusCode> SubscribeAsync(TestApp site, string address)
    {
        using var form = new FormUrlEncodedContent([new("email", address)]);
        using var response = await site.Http.PostAsync(new Uri("/subscribe", UriKind.Relative), form, Stop);
        return response.StatusCode;
    }

    private static Task WaitForMessageAsync(CountingSmtpServer server, string address) => Until.TrueAsync(
        $"{address} has received a message", Limit, () => server.Accepted.Any(mail => mail.Recipient == address));
}
