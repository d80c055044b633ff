using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>A node that is suspended, or cut off from the database, for longer than its leases.</summary>
[Collection(nameof(ClusterDeliveryTests))]
public sealed class StalledNodeTests
{
    private const int Subscribers = 600;

    private const string Lease = "10";

    private static readonly TimeSpan ServerDelay = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The length of the network outage: three times the lease.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AResumedNodeDoesNotResendWhatOthersTookOver()
    {
        await using var cluster = await CreateClusterAsync(ClusterDatabase.SharedServer);
        await using var server = cluster.UseServer(new CountingSmtpServer(ServerDelay));
        await using var suspended = await cluster.Nodes[0].ServeAsync();
        await cluster.QueueAsync();
        await server.WaitForCountAsync(Subscribers / 4);
        await suspended.SignalAsync("STOP");

        await using var other = await cluster.Nodes[1].ServeAsync();
        await WaitForAllAsync(server);
        await suspended.SignalAsync("CONT");

        await StopAsync(cluster, suspended, other);
        AssertDeliveryPromise(server);
    }

    [Fact]
    public async Task ANodeCutOffFromTheDatabaseSendsNothingTwiceWhenItReconnects()
    {
        await using var postgres = await PostgreSqlServer.CreateAsync();
        await using var proxy = new TcpProxy(postgres.Port);
        await using var cluster = await CreateClusterAsync(postgres.ConnectionString);
        await using var server = cluster.UseServer(new CountingSmtpServer(ServerDelay));
        cluster.Database.RouteThroughPort(cluster.Nodes[0], proxy.Port);
        await using var isolated = await cluster.Nodes[0].ServeAsync();
        await using var other = await cluster.Nodes[1].ServeAsync();
        await cluster.QueueAsync();
        await server.WaitForCountAsync(Subscribers / 4);

        proxy.Block();
        var outage = Task.Delay(Outage, Stop);
        Assert.Equal("not ready", await ReadinessAsync(cluster.Nodes[0]));
        Assert.Equal("ready", await ReadinessAsync(cluster.Nodes[1]));
        await WaitForAllAsync(server);
        await outage;
        proxy.Unblock();

        await Until.FoundAsync("the node that was cut off is ready again", Limit, async () =>
            await ReadinessAsync(cluster.Nodes[0]) is "ready" ? "yes" : null);
        await StopAsync(cluster, isolated, other);
        AssertDeliveryPromise(server);
    }

    private static async Task<TestCluster> CreateClusterAsync(string server)
    {
        var cluster = await TestCluster.CreateAsync(server, 2, Subscribers);
        foreach (var node in cluster.Nodes)
        {
            node.Settings["Delivery__LeaseSeconds"] = Lease;
        }

        return cluster;
    }

    private static async Task<string> ReadinessAsync(TestApp node) =>
        await node.Http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), Stop) is var response
            ? await response.Content.ReadAsStringAsync(Stop)
            : "";

    private static Task WaitForAllAsync(CountingSmtpServer server) =>
        Until.TrueAsync("every digest arrives", Limit, () =>
        server.Count >= Subscribers &&
        server.Accepted.Select(mail => mail.Recipient).Distinct().Count() == Subscribers);

    /// <summary>Waits until all deliveries are recorded as sent, and stops the nodes gracefully.</summary>
    private static async Task StopAsync(TestCluster cluster, params Child[] nodes)
    {
        await Until.FoundAsync("all deliveries are recorded as sent", Limit, async () =>
            await cluster.CountSentAsync() == Subscribers ? "yes" : null);
        foreach (var node in nodes)
        {
            await node.SignalAsync("TERM");
            Assert.Equal(0, (await node.WaitForExitAsync()).ExitCode);
        }
    }

    private static void AssertDeliveryPromise(CountingSmtpServer server)
    {
        var accepted = server.Accepted;
        Assert.Equal(Subscribers, accepted.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Subscribers, accepted.Select(mail => mail.MessageId).Distinct().Count());
        Assert.InRange(accepted.Count - Subscribers, 0, TestCluster.Connections);
    }
}
