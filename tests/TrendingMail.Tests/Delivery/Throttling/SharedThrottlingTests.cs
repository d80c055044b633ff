using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling;

/// <summary>Throttles and pauses that one node decides on and another applies.</summary>
public abstract class SharedThrottlingTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Domain = "example.org";

    private readonly PausableConnection connection = new();

    [Fact]
    public async Task ADomainPausedOnOneNodeIsPausedOnTheOther()
    {
        var (here, there) = (CreateMonitor(Database), CreateMonitor(OtherNode));
        Assert.Null(await there.ReserveAsync(Domain, Stop));
        for (var i = 0; i < 5; i++)
        {
            await here.EvaluateAsync(Domain, new Outcome.Rejected("554 5.7.1 blocked"), attempt: 1, connection);
        }

        var until = Clock.GetUtcNow().AddMinutes(15);
        Assert.Equal(until, await here.ReserveAsync(Domain, Stop));
        Clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(until, await there.ReserveAsync(Domain, Stop));
        Assert.IsType<Outcome.Deferred>(
            await there.EvaluateAsync(Domain, new Outcome.Rejected("554 5.7.1 blocked"), attempt: 9, connection));
    }

    [Fact]
    public async Task AServerPausedOnOneNodeIsPausedOnTheOther()
    {
        var (here, there) = (CreateMonitor(Database), CreateMonitor(OtherNode));
        for (var i = 0; i < 10; i++)
        {
            await here.EvaluateAsync(
                $"domain{i}.example", new Outcome.Rejected("554 5.7.1 blocked"), attempt: 3,
                new PausableConnection());
        }

        await there.RefreshAsync(Stop);
        there.ApplyServerPause(connection);

        Assert.Equal((Clock.GetUtcNow().AddMinutes(15), "a relay rejects our mail: 554 5.7.1 blocked"),
            connection.Paused);
        Assert.Equal(
            "a relay", Assert.Single(await new DomainThrottleStore(OtherNode, Clock).PausedServersAsync(Stop)).Server);
        Clock.Advance(TimeSpan.FromMinutes(15));
        var later = new PausableConnection();
        await there.RefreshAsync(Stop);
        there.ApplyServerPause(later);
        Assert.Null(later.Paused);
    }

    [Fact]
    public async Task ARateDecidedOnOneNodeIsKeptByTheOther()
    {
        var (here, there) = (CreateMonitor(Database), CreateMonitor(OtherNode));
        await there.RefreshAsync(Stop);
        await here.EvaluateAsync(Domain, new Outcome.Deferred("451 4.7.1 too fast"), attempt: 1, connection);
        Assert.Null(await there.ReserveAsync(Domain, Stop));
        Clock.Advance(TimeSpan.FromSeconds(4));

        var slots = new List<DateTimeOffset?>();
        for (var i = 0; i < 3; i++)
        {
            slots.Add(await there.ReserveAsync(Domain, Stop));
        }

        Assert.Equal([null, null, Clock.GetUtcNow().AddSeconds(1)], slots);
        Assert.Equal(Clock.GetUtcNow().AddSeconds(1), await here.ReserveAsync(Domain, Stop));
    }

    [Fact]
    public async Task BothNodesReportTheSameRateLimit()
    {
        var domain = $"{Guid.NewGuid():n}.example";
        var measurements = new ConcurrentQueue<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "trendingmail.domain.rate_limit")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, rate, tags, _) =>
        {
            if (Equals(tags[0].Value, domain))
            {
                measurements.Enqueue(rate);
            }
        });
        listener.Start();
        var (here, there) = (CreateMonitor(Database), CreateMonitor(OtherNode));
        await here.EvaluateAsync(domain, new Outcome.Deferred("451 4.7.1 too fast"), attempt: 1, connection);
        await there.RefreshAsync(Stop);
        Assert.Equal([2, 2], measurements);

        for (var i = 0; i < 36; i++)
        {
            Clock.Advance(DomainThrottleStore.DecisionInterval);
            await here.EvaluateAsync(domain, new Outcome.Accepted("250 ok"), attempt: 1, connection);
        }

        await there.RefreshAsync(Stop);
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], measurements.TakeLast(2));
    }

    private DeliverabilityMonitor CreateMonitor(Database database) => new(
        new DeliveryOptions(), new DomainThrottleStore(database, Clock), new MailTestServices(database, Clock).Alerts,
        Clock, NullLogger.Instance);

    private sealed class PausableConnection : IMailConnection
    {
        public string Server => "a relay";

        public (DateTimeOffset Until, string Reason)? Paused { get; private set; }

        public ValueTask<string?> PrepareAsync(CancellationToken cancellationToken) => new((string?)null);

        public Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No message is sent in these tests.");

        public void PauseServer(DateTimeOffset until, string reason) => Paused = (until, reason);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

public sealed class SharedThrottlingOnSqlite() : SharedThrottlingTests(new SqliteFixture());

public sealed class SharedThrottlingOnPostgreSql() : SharedThrottlingTests(new PostgreSqlFixture());
