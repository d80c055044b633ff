using TrendingMail.Inbound;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Inbound;

public abstract class InboundRetentionTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task RecordsOlderThanRetentionDaysAreDeleted()
    {
        var subscriber = await AddSubscriberAsync("ada@shop.example");
        var store = new InboundStore(new InboundOptions(), Clock);
        await Database.WriteAsync(async session =>
        {
            await AddMessageAsync(session, "old");
            Clock.Advance(TimeSpan.FromDays(60));
            await AddMessageAsync(session, "new");
        }, Stop);
        Clock.Advance(TimeSpan.FromDays(31));

        var deleted = await new InboundRetention(Database, new InboundOptions(), Clock).DeleteExpiredAsync(Stop);

        Assert.Equal(3, deleted);
        Assert.Equal(
            (1, 1, 1), (await CountAsync("inbound_messages"), await CountAsync("inbound_events"), await CountAsync(
                "auto_replies_sent")));

        async Task AddMessageAsync(Session session, string contentHash)
        {
            var mail = new ClassifiedMessage
            {
                Kind = InboundKind.Bounce,
                Facts = new MailFacts { ContentHash = contentHash }
            };
            var id = await store.AddMessageAsync(session, mail, "test");
            await store.AddEventAsync(
                session, id, new AffectedSubscriber(subscriber, null, true), InboundAction.Noted, null, "");
            await store.TryClaimReplyAsync(session, Address($"{contentHash}@shop.example"));
        }
    }
}

public sealed class InboundRetentionOnSqlite() : InboundRetentionTests(new SqliteFixture());

public sealed class InboundRetentionOnPostgreSql() : InboundRetentionTests(new PostgreSqlFixture());
