using TrendingMail.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public abstract class LedgerRetentionTests(DatabaseFixture fixture) : LedgerBook(fixture)
{
    /// <summary>The days of keeping, and the month in which the mailing was made.</summary>
    protected static readonly TimeSpan Kept = TimeSpan.FromDays(90 + 31);

    protected LedgerRetention Retention => new(Database, Delivery, Clock);

    [Fact]
    public async Task OldDeliveriesGoAndTheirCountsStay()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        await SendAsync("bo@example.org", DeliveryState.Failed);
        Clock.Advance(Kept);

        Assert.Equal(2, await Retention.TidyAsync(Stop));

        Assert.Equal(0, await CountAsync("deliveries"));
        Assert.Equal(0, await CountAsync("delivery_events"));
        var status = Assert.Single(await Ledger.StatusAsync(null, 10, Stop));
        Assert.Equal((1, 1, 0), (status.Sent, status.Failed, status.Queued));
    }

    [Fact]
    public async Task WhoHadAMailingIsNotSentItAgainAfterItsRowIsGone()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Clock.Advance(Kept);
        await Retention.TidyAsync(Stop);

        Assert.False(await QueueAsync(ada.Id, Today));
    }

    [Fact]
    public async Task WhatIsYoungOrHasNotEndedStays()
    {
        await QueueAsync("waiting@example.org");
        Clock.Advance(Kept);
        await SendAsync("late@example.org", DeliveryState.Sent, Today.AddDays(Kept.Days));

        Assert.Equal(0, await Retention.TidyAsync(Stop));

        Assert.Equal(2, await CountAsync("deliveries"));
        await AssertCountsAsync();
    }

    [Fact]
    public async Task OneThatHasNotEndedDoesNotKeepTheOthersOfItsMonth()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        await QueueAsync("waiting@example.org");
        Clock.Advance(Kept);

        Assert.Equal(1, await Retention.TidyAsync(Stop));

        Assert.Equal([("queued", 0)], await DeliveriesAsync());
    }

    protected async Task SendAsync(string address, DeliveryState state, DateOnly? day = null)
    {
        var reader = await AddReaderAsync(address);
        await QueueAsync(reader.Id, day ?? Today);
        while (await BeginAsync() is { } delivery)
        {
            await RecordAsync(delivery, delivery.SubscriberId == reader.Id
                ? new Verdict(state, null, "said")
                : new Verdict(DeliveryState.Deferred, Clock.GetUtcNow().AddHours(1), "450 later"));
        }
    }
}

public sealed class LedgerRetentionOnSqlite() : LedgerRetentionTests(new SqliteFixture());

public sealed class LedgerRetentionOnPostgreSql() : LedgerRetentionTests(new PostgreSqlFixture())
{
    [Fact]
    public async Task AMonthGoesAsAWholeAndTheNextOneIsMadeWhenItBegins()
    {
        await SendAsync("ada@example.org", DeliveryState.Failed);
        var first = Assert.Single(await PartsWithRowsAsync());
        Clock.Advance(Kept);
        await SendAsync("bo@example.org", DeliveryState.Failed, Today.AddDays(Kept.Days));

        Assert.Equal(1, await Retention.TidyAsync(Stop));

        var parts = await Database.ReadAsync(session => session.QueryAsync<string>("""
            SELECT relname FROM pg_class WHERE relname LIKE 'deliver%' AND relispartition AND relkind = 'r'
            """), Stop);
        Assert.DoesNotContain(first, parts);
        Assert.DoesNotContain(first.Replace("deliveries", "delivery_events", StringComparison.Ordinal), parts);
        Assert.NotEqual(first, Assert.Single(await PartsWithRowsAsync()));
    }

    [Fact]
    public async Task DeliveriesThatCarryNoMonthGoOneByOne()
    {
        await SendAsync("ada@example.org", DeliveryState.Failed);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE mailings SET first_delivery = 0;
            UPDATE deliveries SET id = 1;
            UPDATE delivery_events SET delivery_id = 1;
            """), Stop);
        Clock.Advance(Kept);

        Assert.Equal(1, await Retention.TidyAsync(Stop));

        Assert.Equal(0, await CountAsync("deliveries"));
        Assert.Equal(0, await CountAsync("delivery_events"));
    }

    private Task<IReadOnlyList<string>> PartsWithRowsAsync() => Database.ReadAsync(session => session.QueryAsync<string>(
        "SELECT DISTINCT tableoid::regclass::text FROM deliveries"), Stop);
}
