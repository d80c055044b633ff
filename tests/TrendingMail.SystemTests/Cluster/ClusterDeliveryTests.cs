using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>
/// Several nodes that share a PostgreSQL database deliver one digest. All multi-node tests are in one collection and
/// run one at a time: each is load enough.
/// </summary>
[Collection(nameof(ClusterDeliveryTests))]
public sealed class ClusterDeliveryTests : IAsyncLifetime
{
    private const int Nodes = 4;

    private const int Subscribers = 2400;

    private TestCluster? cluster;

    private TestCluster Cluster => cluster!;

    public async ValueTask InitializeAsync() =>
        cluster = await TestCluster.CreateAsync(ClusterDatabase.SharedServer, Nodes, Subscribers);

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task NodesShareTheWorkAndEachSubscriberGetsOneMessage()
    {
        // Withholds replies until every connection of every node has sent a message, so that no node gets a head start.
        await using var server = Cluster.UseServer(
            new CountingSmtpServer(TimeSpan.FromMilliseconds(10), Nodes * TestCluster.Connections));
        var sent = await Task.WhenAll(
            Cluster.Nodes.Select(node => node.JsonAsync("digest", "send", "--date", TestCluster.Today)));

        Assert.Equal(Subscribers, server.Count);
        Assert.Distinct(server.Accepted.Select(mail => mail.Recipient));
        Assert.Equal(Subscribers, sent.Sum(result => result.GetProperty("queued").GetInt32()));
        Assert.Equal(Subscribers, sent.Sum(result => result.GetProperty("handled").GetInt32()));
        Assert.All(sent,
            result => Assert.InRange(result.GetProperty("handled").GetInt32(), 0.15 * Subscribers, Subscribers));
        Assert.Equal(Subscribers, await Cluster.CountSentAsync());
    }

    [Fact]
    public async Task KilledAndRestartedNodesLoseNothingAndDuplicateAtMostWhatWasInFlight()
    {
        const int Kills = 6;
        await using var server = Cluster.UseServer(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));
        Child Send(TestApp node) => node.Start("digest", "send", "--date", TestCluster.Today);
        var running = Cluster.Nodes.Select(Send).ToArray();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await server.WaitForCountAsync((Subscribers * kill / (Kills + 1)) - Random.Shared.Next(Subscribers / 20));
            var victim = Random.Shared.Next(Nodes);
            if (running[victim].HasExited)
            {
                // It ended because the others held everything that was ready.
                (await running[victim].WaitForExitAsync()).EnsureSuccess();
                await running[victim].DisposeAsync();
                running[victim] = Send(Cluster.Nodes[victim]);
            }

            await running[victim].SignalAsync("KILL");
            await running[victim].WaitForExitAsync();
            await running[victim].DisposeAsync();
            running[victim] = Send(Cluster.Nodes[victim]);
        }

        foreach (var node in running)
        {
            (await node.WaitForExitAsync()).EnsureSuccess();
            await node.DisposeAsync();
        }

        // Delivers what the last node killed had claimed, in case no other node has taken it over yet.
        (await Cluster.Nodes[0].RunAsync("digest", "send", "--date", TestCluster.Today)).EnsureSuccess();

        var accepted = server.Accepted;
        Assert.Equal(Subscribers, accepted.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Subscribers, accepted.Select(mail => mail.MessageId).Distinct().Count());
        Assert.InRange(accepted.Count - Subscribers, 0, Kills * TestCluster.Connections);
        Assert.Equal(Subscribers, await Cluster.CountSentAsync());
    }
}
