using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Tests.Delivery.Smtp.Servers;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>Several servers, and connections that are reused by later runs.</summary>
public sealed class SmtpTransportTests() : DeliveryQueueTestBase(new SqliteFixture())
{
    private const int SubscriberCount = 60;

    [Fact(Timeout = 60_000)]
    public async Task WeightedServersShareTheMailInProportion()
    {
        await QueueManyAsync();
        await using var strong = new ScriptedSmtpServer(_ => null);
        await using var weak = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(
            Options(strong) with { Weight = 3, Connections = 2 }, Options(weak) with { Weight = 1, Connections = 4 });

        await DispatchAsync(transport);

        // Each connection may be one message ahead.
        Assert.Equal(SubscriberCount, strong.Messages.Count + weak.Messages.Count);
        Assert.InRange(weak.Messages.Count, (SubscriberCount / 4) - 4, (SubscriberCount / 4) + 4);
    }

    [Fact(Timeout = 60_000)]
    public async Task AStandbyServerIsNotUsedWhileAnotherServerIsUp()
    {
        await QueueManyAsync();
        await using var first = new ScriptedSmtpServer(_ => null);
        await using var standby = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(
            Options(first), Options(standby) with { Standby = true, Connections = 4 });

        await DispatchAsync(transport);

        Assert.Equal(SubscriberCount, first.Messages.Count);
        Assert.Equal(0, standby.Connections);
    }

    [Fact(Timeout = 60_000)]
    public async Task AStandbyServerTakesOverWhenTheOthersAreDown()
    {
        await QueueManyAsync();
        var first = new ScriptedSmtpServer(_ => null);
        var options = Options(first);
        await first.DisposeAsync();
        await using var standby = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(options, Options(standby) with { Standby = true });

        await DispatchAsync(transport);

        Assert.Equal(SubscriberCount, standby.Messages.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task AServersRateLimitIsSharedThroughTheDatabase()
    {
        await QueueManyAsync();
        await using var server = new ScriptedSmtpServer(_ => null);
        await using var transport = new SmtpTransport(
            [Options(server) with { MaxPerMinute = 60_000 }], TimeProvider.System,
            new SharedRateLimiter(Database, TimeProvider.System));

        await DispatchAsync(transport);

        Assert.Equal(SubscriberCount, server.Messages.Count);
        Assert.Equal($"server 127.0.0.1:{server.Port}", Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT name FROM rate_limit_slots"), Stop)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public async Task AServerTakesWhatAnotherHasNoRoomForWhileThatIsWarmedUp(int weight, bool isStandby)
    {
        await using var warming = new ScriptedSmtpServer(_ => null);
        await using var other = new ScriptedSmtpServer(_ => null);
        SmtpOptions[] servers =
        [
            Options(warming) with { Weight = weight, Connections = 2, WarmUp = WarmUp(10) },
            Options(other) with { Weight = weight, Standby = isStandby },
        ];
        WarmUps = new WarmUpSchedule(servers);
        await QueueManyAsync();
        Clock.Advance(EngagementRank.MaxDelay);
        await using var transport = Transport(servers);

        await DispatchAsync(transport);

        Assert.Equal(SubscriberCount, warming.Messages.Count + other.Messages.Count);
        Assert.InRange(warming.Messages.Count, isStandby ? 9 : 0, 9);
        Assert.Equal(1, other.Connections);
    }

    [Fact(Timeout = 60_000)]
    public async Task AWeightedServerDoesNotWaitForTheShareThatItCarriesForAnother()
    {
        await using var full = new ScriptedSmtpServer(_ => null);
        await using var other = new ScriptedSmtpServer(_ => null);
        await using var transport = Transport(
            Options(full) with { Weight = 1, Connections = 1 }, Options(other) with { Weight = 1, Connections = 1 });
        var connections = transport.CreateConnections();
        for (var i = 0; i < 3; i++)
        {
            using var own = TestEnvelopes.To("ada@example.org");
            Assert.Null(await connections[1].PrepareAsync(Stop));
            Assert.IsType<Outcome.Accepted>(await connections[1].SendAsync(own, Stop));
            using var share = TestEnvelopes.To("bo@example.org");
            Assert.Equal(
                connections[1].Server,
                (await connections[0].SendThroughAsync(connections[0].OtherServers[0], share, Stop)).Server);
        }

        Assert.Equal((0, 6), (full.Messages.Count, other.Messages.Count));
        await Task.WhenAll(connections.Select(connection => connection.DisposeAsync().AsTask()));
    }

    [Fact]
    public void ARecoveredServerDoesNotCatchUpOnMissedMail()
    {
        var servers = new[] { 1, 1 }.Select(weight =>
            new SmtpServer(new SmtpOptions { Host = "a", Weight = weight }, Clock)).ToArray();
        var balancer = new ServerBalancer(servers);
        servers[1].CircuitBreaker.RecordFailure("gone");
        for (var i = 0; i < 100; i++)
        {
            Assert.True(balancer.CanSend(servers[0]));
            balancer.RecordSent(servers[0]);
        }

        servers[1].CircuitBreaker.RecordSuccess();
        var inARow = 0;
        for (; balancer.CanSend(servers[1]); inARow++)
        {
            balancer.RecordSent(servers[1]);
        }

        Assert.InRange(inARow, 1, 2);
    }

    [Fact]
    public async Task AConnectionIsReusedByTheNextRun()
    {
        await using var server = new ScriptedSmtpServer(_ => null);
        await using (var transport = Transport(Options(server)))
        {
            await EnqueueAsync("ada@example.org");
            await DispatchAsync(transport);
            await EnqueueAsync("bo@example.org");
            await DispatchAsync(transport);
            Assert.DoesNotContain("QUIT", server.Lines);
        }

        Assert.Equal((2, 1), (server.Messages.Count, server.Connections));
        Assert.Equal("QUIT", server.Lines.Last());
    }

    [Fact]
    public async Task AnIdleConnectionDroppedByTheServerCostsNoAttempt()
    {
        var isDropped = false;
        await using var server = new ScriptedSmtpServer(line => isDropped && line == "RSET" ? "" : null);
        await using var transport = Transport(Options(server));
        await EnqueueAsync("ada@example.org");
        await DispatchAsync(transport);
        isDropped = true;
        await EnqueueAsync("bo@example.org");

        await DispatchAsync(transport);

        Assert.Equal([("sent", 1), ("sent", 1)], await DeliveriesAsync());
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = 60_000)]
    public async Task AnIdleConnectionIsClosed()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedSmtpServer(line =>
        {
            if (line == "QUIT")
            {
                closed.TrySetResult();
            }

            return null;
        });
        await using var transport = Transport(Options(server) with { IdleSeconds = 30 });
        await EnqueueAsync("ada@example.org");
        await DispatchAsync(transport);

        Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.DoesNotContain("QUIT", server.Lines);
        Clock.Advance(TimeSpan.FromSeconds(2));

        await closed.Task.WaitAsync(Stop);
    }

    private SmtpTransport Transport(params SmtpOptions[] servers) => new(servers, Clock);

    private static WarmUpOptions WarmUp(int start) => new() { FirstDay = Today, Start = start, DomainStart = start };

    private static SmtpOptions Options(ScriptedSmtpServer server) =>
        new() { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, Connections = 1 };

    private async Task DispatchAsync(SmtpTransport transport)
    {
        using var dispatcher = CreateDispatcher(transport);
        await dispatcher.DispatchAsync(null, Stop);
    }

    private async Task QueueManyAsync()
    {
        for (var i = 0; i < SubscriberCount; i++)
        {
            await EnqueueAsync($"r{i}@example.org");
        }
    }
}
