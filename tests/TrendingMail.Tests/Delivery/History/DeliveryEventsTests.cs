using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Queue;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.History;

public abstract class DeliveryEventsTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    private DeliveryEvents Events => new(Database);

    [Fact]
    public async Task ATraceShowsEachDeferralAndTheFinalState()
    {
        await EnqueueAsync("ada@example.org");
        var first = (await ClaimAndMarkSendingAsync())!;
        await RecordOutcomeAsync(
            first, new DeliveryTransition(DeliveryState.Deferred, Morning.AddMinutes(5), "450 4.2.0 greylisted"));
        Clock.Advance(TimeSpan.FromMinutes(5));
        await RecordOutcomeAsync((await ClaimAndMarkSendingAsync())!,
            new DeliveryTransition(DeliveryState.Sent, null, "250 2.0.0 ok: queued as 4711"));

        var trace = Assert.Single(await Events.TraceAsync(first.Subscriber.Id, null, 10, Stop));

        Assert.Equal(
            (DeliveryState.Sent, 2, "250 2.0.0 ok: queued as 4711"), (trace.State, trace.Attempts, trace.Reply));
        Assert.Equal(Morning.AddMinutes(5), trace.EndedAt);
        Assert.Equal(
            [(DeliveryEventKind.Deferred, Morning, "450 4.2.0 greylisted")],
            trace.Events.Select(deliveryEvent => (deliveryEvent.Kind, deliveryEvent.At, deliveryEvent.Detail)));
    }

    [Fact]
    public async Task ATraceShowsAnInterruption()
    {
        await EnqueueAsync("ada@example.org");
        var delivery = (await ClaimAndMarkSendingAsync($"{Environment.MachineName}/{int.MaxValue}/1"))!;
        await DeliveryQueue.RecoverAsync(Stop);

        var trace = Assert.Single(await Events.TraceAsync(delivery.Subscriber.Id, null, 10, Stop));

        Assert.Equal(DeliveryEventKind.Interrupted, Assert.Single(trace.Events).Kind);
        await AssertCountsAsync();
    }

    [Fact]
    public async Task TracesCanBeFilteredByDayAndAreListedNewestFirst()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await EnqueueAsync(ada.Id, Today);
        await EnqueueAsync(ada.Id, Today.AddDays(1));

        Assert.Equal(["2026-11-24", "2026-11-23"],
            (await Events.TraceAsync(ada.Id, null, 10, Stop)).Select(trace => trace.Key));
        Assert.Single(await Events.TraceAsync(ada.Id, "2026-11-23", 10, Stop));
        Assert.Single(await Events.TraceAsync(ada.Id, null, 1, Stop));
    }

    [Fact]
    public async Task ErasingASubscriberDeletesTheirDeliveriesAndEvents()
    {
        await EnqueueAsync("ada@example.org");
        var delivery = (await ClaimAndMarkSendingAsync())!;
        await RecordOutcomeAsync(
            delivery, new DeliveryTransition(DeliveryState.Deferred, Morning.AddMinutes(5), "450 later"));

        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM subscribers"), Stop);

        Assert.Equal(0, await CountAsync("delivery_events"));
        await AssertCountsAsync();
    }
}

public sealed class DeliveryEventsOnSqlite() : DeliveryEventsTests(new SqliteFixture());

public sealed class DeliveryEventsOnPostgreSql() : DeliveryEventsTests(new PostgreSqlFixture());
