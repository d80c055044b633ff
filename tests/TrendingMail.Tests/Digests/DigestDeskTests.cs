using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests;

public abstract class DigestDeskTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly Mailing Week = Digest.MailingOf(weekly: true, Today);

    private DigestDesk Desk => new MailRoom(Database, Clock).Desk;

    [Fact]
    public async Task ReadersWhoAreAlikeShareOneChoice()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var desk = Desk;
        var mailing = Digest.MailingOf(weekly: false, Today);

        var first = await desk.FindAsync(mailing, await FollowingAsync("ada@example.net", "speech", "robots"), Stop);
        var second = await desk.FindAsync(mailing, await FollowingAsync("ben@example.net", "Robots", "speech"), Stop);
        var other = await desk.FindAsync(mailing, await FollowingAsync("chen@example.net", "speech"), Stop);

        Assert.Same(first, second);
        Assert.NotSame(first, other);
    }

    [Fact]
    public async Task AWeekIsRankedByTheVotesAtItsEnd()
    {
        await PublishAsync(Today.AddDays(-2), TestPapers.Listed("2611.00001", upvotes: 30, day: Today.AddDays(-2)));
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00002", upvotes: 20, day: Today.AddDays(-1)));
        await PublishAsync(Today, TestPapers.Listed("2611.00003", upvotes: 10));
        await CountedAsync("2611.00003", Today, 300, Morning.AddHours(5));
        await CountedAsync("2611.00002", Today.AddDays(-1), 2000, Morning.AddDays(1));

        var digest = (await Desk.FindAsync(Week, await AddReaderAsync("ada@example.net"), Stop))!;

        Assert.Equal([("2611.00003", 300), ("2611.00001", 30), ("2611.00002", 20)],
            digest.Papers.Select(chosen => (chosen.Paper.ArxivId!, chosen.Paper.Upvotes)));
    }

    [Fact]
    public async Task AWeekSaysOnWhichDaysNoEditionAppeared()
    {
        foreach (var days in new[] { 0, -1, -2, -3, -4 })
        {
            await PublishAsync(Today.AddDays(days), TestPapers.Listed($"2611.0001{-days}", day: Today.AddDays(days)));
        }

        var digest = (await Desk.FindAsync(Week, await AddReaderAsync("ada@example.net"), Stop))!;

        Assert.Equal([Today.AddDays(-6), Today.AddDays(-5)], digest.DaysWithout);
    }

    [Fact]
    public async Task WhoGoesFromDailyToWeeklyGetsNoPaperAgain()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await PublishAsync(Today.AddDays(-1), TestPapers.Listed("2611.00001", day: Today.AddDays(-1)));
        await QueueAsync(Digest.MailingOf(weekly: false, Today.AddDays(-1)), reader);
        await PublishAsync(Today, TestPapers.Listed("2611.00002"));

        var digest = (await Desk.FindAsync(Week, reader, Stop))!;

        Assert.Equal("2611.00002", Assert.Single(digest.Papers).Paper.ArxivId);
        Assert.DoesNotContain(Today.AddDays(-1), digest.DaysWithout);
    }

    [Fact]
    public async Task WhatDidNotReachTheReaderComesWithTheWeek()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await QueueAsync(Digest.MailingOf(weekly: false, Today), reader);
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE deliveries SET state = 'failed'"), Stop);

        Assert.NotNull(await Desk.FindAsync(Week, reader, Stop));
    }

    [Fact]
    public async Task WhoHadEveryEditionOfTheWeekGetsNone()
    {
        var reader = await AddReaderAsync("ada@example.net");
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await QueueAsync(Digest.MailingOf(weekly: false, Today), reader);

        Assert.Null(await Desk.FindAsync(Week, reader, Stop));
    }

    [Fact]
    public async Task AWeekHasADayThatWasPublishedSinceTheLastReader()
    {
        var desk = Desk;
        var reader = await AddReaderAsync("ada@example.net");
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await desk.FindAsync(Week, reader, Stop);
        await PublishAsync(Today.AddDays(-2), TestPapers.Listed("2611.00002", day: Today.AddDays(-2)));

        Assert.Equal(2, (await desk.FindAsync(Week, reader, Stop))!.Count);
    }

    [Fact]
    public async Task WithoutAnEditionThereIsNoDigest()
    {
        var reader = await AddReaderAsync("ada@example.net");

        Assert.Null(await Desk.FindAsync(Week, reader, Stop));
        Assert.Null(await Desk.FindAsync(Digest.MailingOf(weekly: false, Today), reader, Stop));
    }

    private async Task CountedAsync(string arxivId, DateOnly day, int upvotes, DateTimeOffset at) => await Papers.SaveAsync(
        "HuggingFace", [TestPapers.Listed(arxivId, upvotes, day) with { AsOf = at, HasCounts = true }], Stop);

    private Task<bool> QueueAsync(Mailing mailing, Subscriber reader) =>
        Database.WriteAsync(session => Ledger.QueueAsync(session, mailing, reader.Id), Stop);

    private async Task<Subscriber> FollowingAsync(string address, params string[] topics)
    {
        var reader = await AddReaderAsync(address);
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(
            session, reader.Id, topics.Select(topic => Interest.Of(InterestKind.Topic, topic)!)), Stop);
        return (await Subscribers.FindAsync(reader.Id, Stop))!;
    }
}

public sealed class DigestDeskOnSqlite() : DigestDeskTests(new SqliteFixture());

public sealed class DigestDeskOnPostgreSql() : DigestDeskTests(new PostgreSqlFixture());
