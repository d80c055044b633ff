using TrendingMail.Digests;
using TrendingMail.Digests.Selection;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests.Selection;

public abstract class DigestSelectorTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly Mailing.Digest Week = Digest.MailingFor(weekly: true, Today);

    private DigestSelector Selector => new MailTestServices(Database, Clock).Selector;

    [Fact]
    public async Task SubscribersWithTheSameProfileShareOneSelection()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var selector = Selector;
        var mailing = Digest.MailingFor(weekly: false, Today);

        var first = await selector.SelectAsync(
            mailing, await AddFollowerAsync("ada@example.net", "speech", "robots"), Stop);
        var second = await selector.SelectAsync(
            mailing, await AddFollowerAsync("ben@example.net", "Robots", "speech"), Stop);
        var other = await selector.SelectAsync(mailing, await AddFollowerAsync("chen@example.net", "speech"), Stop);

        Assert.Same(first, second);
        Assert.NotSame(first, other);
    }

    [Fact]
    public async Task WeekIsRankedByTheVotesAtItsEnd()
    {
        await PublishAsync(Today.AddDays(-2), TestPapers.Listed("2611.00001", upvotes: 30, day: Today.AddDays(-2)));
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00002", upvotes: 20, day: Today.AddDays(-1)));
        await PublishAsync(Today, TestPapers.Listed("2611.00003", upvotes: 10));
        await SaveCountsAsync("2611.00003", Today, 300, Morning.AddHours(5));
        await SaveCountsAsync("2611.00002", Today.AddDays(-1), 2000, Morning.AddDays(1));

        var digest = (await Selector.SelectAsync(Week, await AddSubscriberAsync("ada@example.net"), Stop))!;

        Assert.Equal([("2611.00003", 300), ("2611.00001", 30), ("2611.00002", 20)],
            digest.Papers.Select(selected => (selected.Paper.ArxivId!, selected.Paper.Upvotes)));
    }

    [Fact]
    public async Task WeekListsTheDaysWithoutEdition()
    {
        foreach (var days in new[] { 0, -1, -2, -3, -4 })
        {
            await PublishAsync(Today.AddDays(days), TestPapers.Listed($"2611.0001{-days}", day: Today.AddDays(days)));
        }

        var digest = (await Selector.SelectAsync(Week, await AddSubscriberAsync("ada@example.net"), Stop))!;

        Assert.Equal([Today.AddDays(-6), Today.AddDays(-5)], digest.DaysWithoutEdition);
    }

    [Fact]
    public async Task SwitchingFromDailyToWeeklyRepeatsNoPaper()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00001", day: Today.AddDays(-1)));
        await QueueAsync(Digest.MailingFor(weekly: false, Today.AddDays(-1)), subscriber);
        await PublishAsync(Today, TestPapers.Listed("2611.00002"));

        var digest = (await Selector.SelectAsync(Week, subscriber, Stop))!;

        Assert.Equal("2611.00002", Assert.Single(digest.Papers).Paper.ArxivId);
        Assert.DoesNotContain(Today.AddDays(-1), digest.DaysWithoutEdition);
    }

    [Fact]
    public async Task FailedDailyDigestIsIncludedInTheWeek()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await QueueAsync(Digest.MailingFor(weekly: false, Today), subscriber);
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE deliveries SET state = 'failed'"), Stop);

        Assert.NotNull(await Selector.SelectAsync(Week, subscriber, Stop));
    }

    [Fact]
    public async Task SubscriberWhoReceivedEveryEditionGetsNoWeeklyDigest()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await QueueAsync(Digest.MailingFor(weekly: false, Today), subscriber);

        Assert.Null(await Selector.SelectAsync(Week, subscriber, Stop));
    }

    [Fact]
    public async Task EditionPublishedMeanwhileIsIncludedInTheWeek()
    {
        var selector = Selector;
        var subscriber = await AddSubscriberAsync("ada@example.net");
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await selector.SelectAsync(Week, subscriber, Stop);
        await PublishAsync(Today.AddDays(-2), TestPapers.Listed("2611.00002", day: Today.AddDays(-2)));

        Assert.Equal(2, (await selector.SelectAsync(Week, subscriber, Stop))!.Count);
    }

    [Fact]
    public async Task WithoutAnEditionThereIsNoDigest()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net");

        Assert.Null(await Selector.SelectAsync(Week, subscriber, Stop));
        Assert.Null(await Selector.SelectAsync(Digest.MailingFor(weekly: false, Today), subscriber, Stop));
    }

    private async Task SaveCountsAsync(string arxivId, DateOnly day, int upvotes, DateTimeOffset at) =>
        await Papers.SaveAsync(
        "HuggingFace", [TestPapers.Listed(arxivId, upvotes, day) with { AsOf = at, HasCounts = true }], Stop);

    private Task<bool> QueueAsync(Mailing mailing, Subscriber subscriber) =>
        Database.WriteAsync(session => DeliveryQueue.EnqueueAsync(session, mailing, subscriber.Id), Stop);

    private async Task<Subscriber> AddFollowerAsync(string address, params string[] topics)
    {
        var subscriber = await AddSubscriberAsync(address);
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(
            session, subscriber.Id, topics.Select(topic => Interest.Create(InterestKind.Topic, topic)!)), Stop);
        return (await Subscribers.FindAsync(subscriber.Id, Stop))!;
    }
}

public sealed class DigestSelectorOnSqlite() : DigestSelectorTests(new SqliteFixture());

public sealed class DigestSelectorOnPostgreSql() : DigestSelectorTests(new PostgreSqlFixture());
