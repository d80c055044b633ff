using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

/// <summary>What one node finds out about domains and servers, and another takes up.</summary>
public abstract class SharedWatchTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Domain = "example.org";

    private readonly RestingLane lane = new();

    [Fact]
    public async Task ADomainThatRefusesUsOnOneNodeRestsOnTheOther()
    {
        var (here, there) = (Node(Database), Node(OtherNode));
        Assert.Null(await there.TurnAsync(Domain, Stop));
        for (var i = 0; i < 5; i++)
        {
            await here.JudgeAsync(Domain, new Outcome.Refused("554 5.7.1 blocked"), lane);
        }

        var until = Clock.GetUtcNow().AddMinutes(15);
        Assert.Equal(until, await here.TurnAsync(Domain, Stop));
        Clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(until, await there.TurnAsync(Domain, Stop));
        Assert.IsType<Outcome.Deferred>(await there.JudgeAsync(Domain, new Outcome.Refused("554 5.7.1 blocked"), lane));
    }

    [Fact]
    public async Task AServerThatRefusesUsOnOneNodeRestsOnTheOther()
    {
        var (here, there) = (Node(Database), Node(OtherNode));
        for (var i = 0; i < 10; i++)
        {
            await here.JudgeAsync($"domain{i}.example", new Outcome.Refused("550 5.7.1 account suspended"), new RestingLane());
        }

        await there.LookAsync(Stop);
        there.Hold(lane);

        Assert.Equal((Clock.GetUtcNow().AddMinutes(15), "a relay refuses our mail: 550 5.7.1 account suspended"), lane.Rests);
        Assert.Equal("a relay", Assert.Single(await new DomainBook(OtherNode, Clock).HeldServersAsync(Stop)).Server);
        Clock.Advance(TimeSpan.FromMinutes(15));
        var later = new RestingLane();
        await there.LookAsync(Stop);
        there.Hold(later);
        Assert.Null(later.Rests);
    }

    [Fact]
    public async Task APaceThatOneNodeFoundIsKeptByTheOther()
    {
        var (here, there) = (Node(Database), Node(OtherNode));
        await there.LookAsync(Stop);
        await here.JudgeAsync(Domain, new Outcome.Deferred("451 4.7.1 too fast"), lane);
        Assert.Null(await there.TurnAsync(Domain, Stop));
        Clock.Advance(TimeSpan.FromSeconds(4));

        var turns = new List<DateTimeOffset?>();
        for (var i = 0; i < 3; i++)
        {
            turns.Add(await there.TurnAsync(Domain, Stop));
        }

        Assert.Equal([null, null, Clock.GetUtcNow().AddSeconds(1)], turns);
        Assert.Equal(Clock.GetUtcNow().AddSeconds(1), await here.TurnAsync(Domain, Stop));
    }

    [Fact]
    public async Task TheMetricOfADomainIsTheSameOnBothNodes()
    {
        var domain = $"{Guid.NewGuid():n}.example";
        var told = new ConcurrentQueue<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "trendingmail.domain.pace")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, rate, tags, _) =>
        {
            if (Equals(tags[0].Value, domain))
            {
                told.Enqueue(rate);
            }
        });
        listener.Start();
        var (here, there) = (Node(Database), Node(OtherNode));
        await here.JudgeAsync(domain, new Outcome.Deferred("451 4.7.1 too fast"), lane);
        await there.LookAsync(Stop);
        Assert.Equal([2, 2], told);

        for (var i = 0; i < 36; i++)
        {
            Clock.Advance(DomainBook.Period);
            await here.JudgeAsync(domain, new Outcome.Accepted("250 ok"), lane);
        }

        await there.LookAsync(Stop);
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], told.TakeLast(2));
    }

    private DomainWatch Node(Database database) => new(
        new DeliveryOptions(), new DomainBook(database, Clock), new MailRoom(database, Clock).Alerts, Clock, NullLogger.Instance);

    private sealed class RestingLane : IMailLane
    {
        public string Server => "a relay";

        public (DateTimeOffset Until, string Reason)? Rests { get; private set; }

        public ValueTask<string?> ReadyAsync(CancellationToken cancellationToken) => new((string?)null);

        public Task<Outcome> SendAsync(Envelope envelope, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is sent here.");

        public void Rest(DateTimeOffset until, string reason) => Rests = (until, reason);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

public sealed class SharedWatchOnSqlite() : SharedWatchTests(new SqliteFixture());

public sealed class SharedWatchOnPostgreSql() : SharedWatchTests(new PostgreSqlFixture());
