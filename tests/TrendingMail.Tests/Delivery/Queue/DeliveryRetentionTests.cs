using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Queue;

public abstract class DeliveryRetentionTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    /// <summary>The retention period, plus the month in which the mailing was created.</summary>
    protected static readonly TimeSpan Kept = TimeSpan.FromDays(90 + 31);

    protected DeliveryRetention Retention => new(Database, Engine<IQueueDialect>(), Delivery, Clock);

    [Fact]
    public async Task OldDeliveriesAreDeletedAndTheirCountsKept()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        await SendAsync("bo@example.org", DeliveryState.Failed);
        Clock.Advance(Kept);

        Assert.Equal(2, await Retention.DeleteExpiredAsync(Stop));

        Assert.Equal(0, await CountAsync("deliveries"));
        Assert.Equal(0, await CountAsync("delivery_events"));
        var status = Assert.Single(await DeliveryQueue.StatusAsync(null, 10, Stop));
        Assert.Equal((1, 1, 0), (status.Sent, status.Failed, status.Queued));
    }

    [Fact]
    public async Task AMailingIsNotSentAgainAfterItsDeliveryWasDeleted()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Clock.Advance(Kept);
        await Retention.DeleteExpiredAsync(Stop);

        Assert.False(await EnqueueAsync(ada.Id, Today));
    }

    [Fact]
    public async Task RecentAndUnfinishedDeliveriesAreKept()
    {
        await EnqueueAsync("waiting@example.org");
        Clock.Advance(Kept);
        await SendAsync("late@example.org", DeliveryState.Sent, Today.AddDays(Kept.Days));

        Assert.Equal(0, await Retention.DeleteExpiredAsync(Stop));

        Assert.Equal(2, await CountAsync("deliveries"));
        await AssertCountsAsync();
    }

    [Fact]
    public async Task AnUnfinishedDeliveryDoesNotKeepTheOthersOfItsMonth()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        await EnqueueAsync("waiting@example.org");
        Clock.Advance(Kept);

        Assert.Equal(1, await Retention.DeleteExpiredAsync(Stop));

        Assert.Equal([("queued", 0)], await DeliveriesAsync());
    }

    protected async Task SendAsync(string address, DeliveryState state, DateOnly? day = null)
    {
        var subscriber = await AddSubscriberAsync(address);
        await EnqueueAsync(subscriber.Id, day ?? Today);
        while (await ClaimAndMarkSendingAsync() is { } delivery)
        {
            await RecordOutcomeAsync(delivery, delivery.Subscriber.Id == subscriber.Id
                ? new DeliveryTransition(state, null, "said")
                : new DeliveryTransition(DeliveryState.Deferred, Clock.GetUtcNow().AddHours(1), "450 later"));
        }
    }
}

public sealed class DeliveryRetentionOnSqlite() : DeliveryRetentionTests(new SqliteFixture());

public sealed class DeliveryRetentionOnPostgreSql() : DeliveryRetentionTests(new PostgreSqlFixture())
{
    [Fact]
    public async Task APartitionIsDroppedAsAWholeAndTheNextOneIsCreatedOnDemand()
    {
        await SendAsync("ada@example.org", DeliveryState.Failed);
        var first = Assert.Single(await PartitionsWithRowsAsync());
        Clock.Advance(Kept);
        await SendAsync("bo@example.org", DeliveryState.Failed, Today.AddDays(Kept.Days));

        Assert.Equal(1, await Retention.DeleteExpiredAsync(Stop));

        var partitions = await Database.ReadAsync(session => session.QueryAsync<string>("""
            SELECT relname FROM pg_class WHERE relname LIKE 'deliver%' AND relispartition AND relkind = 'r'
            """), Stop);
        Assert.DoesNotContain(first, partitions);
        Assert.DoesNotContain(first.Replace("deliveries", "delivery_events", StringComparison.Ordinal), partitions);
        Assert.NotEqual(first, Assert.Single(await PartitionsWithRowsAsync()));
    }

    [Fact]
    public async Task DeliveriesFromBeforePartitioningAreDeletedOneByOne()
    {
        await SendAsync("ada@example.org", DeliveryState.Failed);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE mailings SET first_delivery = 0;
            UPDATE deliveries SET id = 1;
            UPDATE delivery_events SET delivery_id = 1;
            """), Stop);
        Clock.Advance(Kept);

        Assert.Equal(1, await Retention.DeleteExpiredAsync(Stop));

        Assert.Equal(0, await CountAsync("deliveries"));
        Assert.Equal(0, await CountAsync("delivery_events"));
    }

    private Task<IReadOnlyList<string>> PartitionsWithRowsAsync() =>
        Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT DISTINCT tableoid::regclass::text FROM deliveries"), Stop);
}
