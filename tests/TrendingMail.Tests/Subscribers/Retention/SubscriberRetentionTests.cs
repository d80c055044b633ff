using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Retention;

public abstract class SubscriberRetentionTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task UnconfirmedRequestsExpireUnlessRepeated()
    {
        await SignUp.RequestAsync(Address("ada@example.org"), new Preferences(), Web, Stop);
        await SignUp.RequestAsync(Address("bo@example.org"), new Preferences(), Web, Stop);
        Clock.Advance(TimeSpan.FromDays(20));
        await SignUp.RequestAsync(Address("bo@example.org"), new Preferences(), Web, Stop);
        Clock.Advance(TimeSpan.FromDays(11));

        Assert.Equal(1, (await SweepAsync()).Pending);

        Assert.Null(await Subscribers.FindAsync(Address("ada@example.org"), Stop));
        Assert.NotNull(await Subscribers.FindAsync(Address("bo@example.org"), Stop));
    }

    [Fact]
    public async Task NetworksAndFeedbackAreDeletedAfterTheirRetentionPeriod()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await Database.WriteAsync(async session =>
        {
            await Subscribers.RecordConsentAsync(session, ada.Id, ConsentKind.Reminded, Web);
            await Feedback.RecordAsync(
                session, ada.Id, 1, FeedbackKind.More, [Interest.Create(InterestKind.Topic, "speech")!]);
        }, Stop);
        Clock.Advance(TimeSpan.FromDays(179));
        Assert.Equal(0, (await SweepAsync()).Total);
        Clock.Advance(TimeSpan.FromDays(2));

        var report = await SweepAsync();

        Assert.Equal((1, 0), (report.Networks, report.Feedback));
        Assert.All(await Subscribers.ListConsentEventsAsync(ada.Id, Stop), e => Assert.Null(e.Network));
        Clock.Advance(TimeSpan.FromDays(200));
        Assert.Equal(1, (await SweepAsync()).Feedback);
        Assert.Single(await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(0, (await SweepAsync()).Total);
    }

    [Fact]
    public async Task NothingIsDeletedWithoutARetentionPeriod()
    {
        await SignUp.RequestAsync(Address("ada@example.org"), new Preferences(), Web, Stop);
        Clock.Advance(TimeSpan.FromDays(30_000));

        Assert.Equal(
            0, (await SweepAsync(
                new RetentionOptions { PendingDays = 0, ConsentNetworkDays = 0, FeedbackDays = 0 })).Total);
        Assert.NotNull(await Subscribers.FindAsync(Address("ada@example.org"), Stop));
    }

    private Task<SubscriberRetentionReport> SweepAsync(RetentionOptions? options = null) =>
        new SubscriberRetention(Database, options ?? new RetentionOptions(), Clock).DeleteExpiredAsync(Stop);
}

public sealed class SubscriberRetentionOnSqlite() : SubscriberRetentionTests(new SqliteFixture());

public sealed class SubscriberRetentionOnPostgreSql() : SubscriberRetentionTests(new PostgreSqlFixture());
