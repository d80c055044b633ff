using TrendingMail.Delivery.History;
using TrendingMail.Diagnostics.BulkSenders;
using TrendingMail.Inbound;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.BulkSenders;

public abstract class SendingStatisticsTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    [Fact]
    public async Task DigestsAndThoseAfterAnOptOutAreCounted()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var grace = await AddSubscriberAsync("grace@example.org");
        foreach (var subscriber in new[] { ada, grace })
        {
            await Database.WriteAsync(session => Subscribers.RecordConsentAsync(
                session, subscriber.Id, ConsentKind.Unsubscribed, Web), Stop);
        }

        await Database.WriteAsync(session => Subscribers.RecordConsentAsync(
            session, grace.Id, ConsentKind.Resubscribed, Web), Stop);
        Clock.Advance(TimeSpan.FromHours(49));
        await EnqueueAsync(ada.Id, Today);
        await EnqueueAsync(grace.Id, Today);
        await CreateDispatcher(ScriptedTransport.AcceptingAll()).DispatchAsync(null, Stop);

        var state = await new SendingStatistics(
            new DeliveryHistory(Database), new InboundReport(Database, Clock), Database, Clock).MeasureAsync(Stop);

        Assert.Equal(new SendingState(Sent: 2, Bounces: 0, Complaints: 0, SentAfterOptOut: 1), state);
    }
}

public sealed class SendingStatisticsOnSqlite() : SendingStatisticsTests(new SqliteFixture());

public sealed class SendingStatisticsOnPostgreSql() : SendingStatisticsTests(new PostgreSqlFixture());
