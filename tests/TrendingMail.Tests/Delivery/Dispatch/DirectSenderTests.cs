using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;
using TrendingMail.Messages.Mime;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Dispatch;

public abstract class DirectSenderTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    /// <summary>The limits that all messages of a test share.</summary>
    private WarmUpLimiter Limiter => field ??= CreateLimiter();

    [Fact]
    public async Task TheOutcomeAndTheServerAreReported()
    {
        var result = await SendAsync(ScriptedTransport.AcceptingAll());

        Assert.Equal(
            new DirectSendResult.Attempted(new Outcome.Accepted("250 ok"), "a scripted server"), result);
    }

    [Fact]
    public async Task NothingLeavesIfTheCallerCallsItOff()
    {
        var transport = ScriptedTransport.AcceptingAll();

        Assert.IsType<DirectSendResult.CalledOff>(await SendAsync(transport, mayBegin: false));
        Assert.Empty(transport.SentIds);
    }

    [Fact]
    public async Task APausedDomainPostponesTheMessage()
    {
        var until = Clock.GetUtcNow().AddMinutes(30);
        await new DomainThrottleStore(Database, Clock).PauseDomainAsync("example.net", until, "550 blocked", Stop);
        var transport = ScriptedTransport.AcceptingAll();

        Assert.Equal(
            new DirectSendResult.Postponed(until, "mail to example.net is throttled"), await SendAsync(transport));
        Assert.Empty(transport.SentIds);
    }

    [Fact]
    public async Task AThrottlingReplySlowsDeliveriesToTheDomainDown()
    {
        await SendAsync(new ScriptedTransport(_ => new Outcome.Deferred("421 4.7.28 rate limited, try again later")));

        Assert.Equal(["example.net"],
            (await new DomainThrottleStore(Database, Clock).ThrottledDomainsAsync(Stop))
                .Select(domain => domain.Domain));
    }

    [Fact]
    public async Task AServerThatIsDownLeavesTheMessageToTheNext()
    {
        var servers = new ScriptedServers(("down.example", "connection refused"), ("up.example", null));

        var result = await SendAsync(servers);

        Assert.Equal("up.example", Assert.IsType<DirectSendResult.Attempted>(result).Server);
        Assert.Equal(2, servers.Disposed);
    }

    [Fact]
    public async Task WithoutAnyServerTheMessageIsPostponed()
    {
        var servers = new ScriptedServers(("down.example", "connection refused"));

        Assert.Equal(new DirectSendResult.Postponed(null, "connection refused"), await SendAsync(servers));
    }

    [Fact]
    public async Task AServerThatIsNeverReadyIsGivenUp()
    {
        var sending = SendAsync(new ScriptedServers(("standby.example", ScriptedServers.Never)));
        while (!sending.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Equal(new DirectSendResult.Postponed(null, "standby.example is not ready"), await sending);
    }

    [Fact]
    public async Task TheFirstRejectionsOfTheSenderAreDeferredAsThoseOfDeliveriesAre()
    {
        var transport = new ScriptedTransport(_ => new Outcome.Rejected("550 5.7.1 your address is on a blocklist"));

        Assert.IsType<Outcome.Deferred>(
            Assert.IsType<DirectSendResult.Attempted>(await SendAsync(transport, attempt: 1)).Outcome);
        Assert.IsType<Outcome.Rejected>(
            Assert.IsType<DirectSendResult.Attempted>(await SendAsync(transport, attempt: 3)).Outcome);
    }

    [Fact]
    public async Task AMessageCountsToTheWarmUpOfItsServerAndWaitsForRoom()
    {
        var warmUp = new WarmUpOptions { FirstDay = Today, Start = 2, DomainStart = 2 };
        WarmUps = new WarmUpSchedule([new SmtpOptions { Host = "mx1", WarmUp = warmUp }]);
        var servers = new ScriptedServers(("mx1:25", null));

        Assert.IsType<DirectSendResult.CalledOff>(await SendAsync(servers, mayBegin: false));
        Assert.IsType<DirectSendResult.Attempted>(await SendAsync(servers));
        Assert.Equal(
            new DirectSendResult.Postponed(Morning.AddHours(1), "the warm-up of mx1:25 has no room for it"),
            await SendAsync(servers));
    }

    private async Task<DirectSendResult> SendAsync(IMailTransport transport, bool mayBegin = true, int attempt = 1)
    {
        using var envelope = new Envelope(
            "seed-1@papers.example.org", "digest@papers.example.org", "ada@example.net", new WireBuffer());
        return await new DirectSender(
            transport, new DomainThrottleStore(Database, Clock), Alerts, Delivery, Clock,
            NullLogger<DirectSender>.Instance, Limiter).SendAsync(
                envelope, attempt, () => Task.FromResult(mayBegin), Stop);
    }

    /// <summary>Servers, each of which is ready (null), not ready for a reason, or never gets ready.</summary>
    private sealed class ScriptedServers(params (string Name, string? Problem)[] servers) : IMailTransport
    {
        public const string Never = "";

        public string Name => "scripted servers";

        public int Disposed { get; private set; }

        public IReadOnlyList<IMailConnection> CreateConnections() =>
            [.. servers.Select(server => new ScriptedServer(this, server.Name, server.Problem))];

        private sealed class ScriptedServer(ScriptedServers owner, string name, string? problem) : IMailConnection
        {
            public string Server => name;

            public async ValueTask<string?> PrepareAsync(CancellationToken cancellationToken)
            {
                if (problem == Never)
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }

                return problem;
            }

            public Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken) =>
                Task.FromResult<Outcome>(new Outcome.Accepted("250 ok"));

            public ValueTask DisposeAsync()
            {
                owner.Disposed++;
                return ValueTask.CompletedTask;
            }
        }
    }
}

public sealed class DirectSenderOnSqlite() : DirectSenderTests(new SqliteFixture());

public sealed class DirectSenderOnPostgreSql() : DirectSenderTests(new PostgreSqlFixture());
