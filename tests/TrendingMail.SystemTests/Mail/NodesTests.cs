namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// Several nodes on one PostgreSQL deliver one digest. All tests of several nodes are in one collection: one at a time is load enough.
/// </summary>
[Collection(nameof(NodesTests))]
public sealed class NodesTests : IAsyncLifetime
{
    private const int Nodes = 4;

    private const int Readers = 2400;

    private Fleet? fleet;

    private Fleet Fleet => fleet!;

    public async ValueTask InitializeAsync() => fleet = await Fleet.CreateAsync(NodeDatabase.SharedServer, Nodes, Readers);

    public async ValueTask DisposeAsync()
    {
        if (fleet is not null)
        {
            await fleet.DisposeAsync();
        }
    }

    [Fact]
    public async Task TheyShareTheWorkAndEachReaderGetsOneMail()
    {
        // Answers nothing before each node has a message on each of its connections: none is ahead by its start.
        await using var server = Fleet.Serve(new CountingSmtpServer(TimeSpan.FromMilliseconds(10), Nodes * Fleet.Connections));
        var sent = await Task.WhenAll(Fleet.Nodes.Select(node => node.JsonAsync("digest", "send", "--date", Fleet.Today)));

        Assert.Equal(Readers, server.Count);
        Assert.Distinct(server.Taken.Select(mail => mail.Recipient));
        Assert.Equal(Readers, sent.Sum(result => result.GetProperty("queued").GetInt32()));
        Assert.Equal(Readers, sent.Sum(result => result.GetProperty("handled").GetInt32()));
        Assert.All(sent, result => Assert.InRange(result.GetProperty("handled").GetInt32(), 0.15 * Readers, Readers));
        Assert.Equal(Readers, await Fleet.SentAsync());
    }

    [Fact]
    public async Task NodesThatAreKilledAndStartedAgainLoseNothingAndDoubleAtMostWhatTheyHadInFlight()
    {
        const int Kills = 6;
        await using var server = Fleet.Serve(new CountingSmtpServer(TimeSpan.FromMilliseconds(10)));
        Child Send(ProgramHome node) => node.Start("digest", "send", "--date", Fleet.Today);
        var running = Fleet.Nodes.Select(Send).ToArray();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await server.ReachedAsync((Readers * kill / (Kills + 1)) - Random.Shared.Next(Readers / 20));
            var victim = Random.Shared.Next(Nodes);
            await running[victim].SignalAsync("KILL");
            await running[victim].EndAsync();
            await running[victim].DisposeAsync();
            running[victim] = Send(Fleet.Nodes[victim]);
        }

        foreach (var node in running)
        {
            (await node.EndAsync()).Well();
            await node.DisposeAsync();
        }

        // What the last one to be killed had in hand, where nobody came upon it.
        (await Fleet.Nodes[0].RunAsync("digest", "send", "--date", Fleet.Today)).Well();

        var taken = server.Taken;
        Assert.Equal(Readers, taken.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Readers, taken.Select(mail => mail.MessageId).Distinct().Count());
        Assert.InRange(taken.Count - Readers, 0, Kills * Fleet.Connections);
        Assert.Equal(Readers, await Fleet.SentAsync());
    }
}
