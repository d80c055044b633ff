namespace TrendingMail.SystemTests.Mail;

/// <summary>A node that stands still, or is cut off, for longer than its claims hold.</summary>
[Collection(nameof(NodesTests))]
public sealed class HeldUpNodeTests
{
    private const int Readers = 600;

    private const string Lease = "10";

    private static readonly TimeSpan ServerPause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>How long the network is away: thrice what a claim holds.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatOthersTookOverIsNotSentAgainByANodeThatGoesOn()
    {
        await using var fleet = await FleetAsync(NodeDatabase.SharedServer);
        await using var server = fleet.Serve(new CountingSmtpServer(ServerPause));
        await using var stopped = await fleet.Nodes[0].ServeAsync();
        await fleet.QueueAsync();
        await server.ReachedAsync(Readers / 4);
        await stopped.SignalAsync("STOP");

        await using var other = await fleet.Nodes[1].ServeAsync();
        await HasAllAsync(server);
        await stopped.SignalAsync("CONT");

        await EndAsync(fleet, stopped, other);
        AssertPromise(server);
    }

    [Fact]
    public async Task ANodeThatIsCutOffFromTheDatabaseSendsNothingTwiceWhenItComesBack()
    {
        await using var postgres = await PostgreSqlServer.CreateAsync();
        await using var relay = new Relay(postgres.Port);
        await using var fleet = await FleetAsync(postgres.ConnectionString);
        await using var server = fleet.Serve(new CountingSmtpServer(ServerPause));
        fleet.Database.Lead(fleet.Nodes[0], relay.Port);
        await using var lonely = await fleet.Nodes[0].ServeAsync();
        await using var other = await fleet.Nodes[1].ServeAsync();
        await fleet.QueueAsync();
        await server.ReachedAsync(Readers / 4);

        relay.CutOff();
        var outage = Task.Delay(Outage, Stop);
        Assert.Equal("the database is out of reach", await ReadinessAsync(fleet.Nodes[0]));
        Assert.Equal("ready", await ReadinessAsync(fleet.Nodes[1]));
        await HasAllAsync(server);
        await outage;
        relay.Heal();

        await Until.FoundAsync("the node that was cut off is ready again", Limit, async () =>
            await ReadinessAsync(fleet.Nodes[0]) is "ready" ? "yes" : null);
        await EndAsync(fleet, lonely, other);
        AssertPromise(server);
    }

    private static async Task<Fleet> FleetAsync(string server)
    {
        var fleet = await Fleet.CreateAsync(server, 2, Readers);
        foreach (var node in fleet.Nodes)
        {
            node.Settings["Delivery__LeaseSeconds"] = Lease;
        }

        return fleet;
    }

    private static async Task<string> ReadinessAsync(ProgramHome node) =>
        await node.Http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), Stop) is var answer
            ? await answer.Content.ReadAsStringAsync(Stop)
            : "";

    private static Task HasAllAsync(CountingSmtpServer server) => Until.TrueAsync("each reader has it", Limit, () =>
        server.Count >= Readers && server.Taken.Select(mail => mail.Recipient).Distinct().Count() == Readers);

    /// <summary>Waits until the ledger knows of all, and ends the nodes in good order.</summary>
    private static async Task EndAsync(Fleet fleet, params Child[] nodes)
    {
        await Until.FoundAsync("the ledger has all as sent", Limit, async () =>
            await fleet.SentAsync() == Readers ? "yes" : null);
        foreach (var node in nodes)
        {
            await node.SignalAsync("TERM");
            Assert.Equal(0, (await node.EndAsync()).ExitCode);
        }
    }

    private static void AssertPromise(CountingSmtpServer server)
    {
        var taken = server.Taken;
        Assert.Equal(Readers, taken.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Readers, taken.Select(mail => mail.MessageId).Distinct().Count());
        Assert.InRange(taken.Count - Readers, 0, Fleet.Connections);
    }
}
