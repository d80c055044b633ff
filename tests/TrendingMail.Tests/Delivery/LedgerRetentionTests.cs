using TrendingMail.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public abstract class LedgerRetentionTests(DatabaseFixture fixture) : LedgerBook(fixture)
{
    private LedgerRetention Retention => new(Database, Delivery, Clock);

    [Fact]
    public async Task OldDeliveriesGoAndTheirCountsStay()
    {
        await SendAsync("ada@example.org", DeliveryState.Sent);
        await SendAsync("bo@example.org", DeliveryState.Failed);
        Clock.Advance(TimeSpan.FromDays(91));

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
        Clock.Advance(TimeSpan.FromDays(91));
        await Retention.TidyAsync(Stop);

        Assert.False(await QueueAsync(ada.Id, Today));
    }

    [Fact]
    public async Task WhatIsYoungOrHasNotEndedStays()
    {
        await QueueAsync("waiting@example.org");
        Clock.Advance(TimeSpan.FromDays(91));
        await SendAsync("late@example.org", DeliveryState.Sent, Today.AddDays(91));

        Assert.Equal(0, await Retention.TidyAsync(Stop));

        Assert.Equal(2, await CountAsync("deliveries"));
        await AssertCountsAsync();
    }

    private async Task SendAsync(string address, DeliveryState state, DateOnly? day = null)
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

public sealed class LedgerRetentionOnPostgreSql() : LedgerRetentionTests(new PostgreSqlFixture());
