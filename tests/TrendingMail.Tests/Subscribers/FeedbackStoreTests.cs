using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers;

public abstract class FeedbackStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly Interest Speech = Interest.Of(InterestKind.Topic, "speech")!;

    private static readonly Interest Vision = Interest.Of(InterestKind.Topic, "vision")!;

    [Fact]
    public async Task MoreAndLessMoveTheWeightsByAStep()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await FollowAsync(ada, Vision);

        await SayAsync(ada, 1, FeedbackKind.More, Speech);
        await SayAsync(ada, 2, FeedbackKind.Less, Vision);

        Assert.Equal([Speech with { Weight = 0.25 }, Vision with { Weight = 0.75 }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task LessNeverMutesAndMuteDoes()
    {
        var ada = await AddReaderAsync("ada@example.org");
        for (var paper = 1; paper <= 6; paper++)
        {
            await SayAsync(ada, paper, FeedbackKind.Less, Speech);
        }

        Assert.Equal([Speech with { Weight = -0.75 }], await Interests.ListAsync(ada.Id, Stop));

        await SayAsync(ada, 7, FeedbackKind.Mute, Speech);
        Assert.True(Assert.Single(await Interests.ListAsync(ada.Id, Stop)).IsMute);

        await SayAsync(ada, 8, FeedbackKind.Less, Speech);
        Assert.True(Assert.Single(await Interests.ListAsync(ada.Id, Stop)).IsMute);
    }

    [Fact]
    public async Task TheSameWordOfAPaperCountsOnce()
    {
        var ada = await AddReaderAsync("ada@example.org");

        var first = await SayAsync(ada, 1, FeedbackKind.More, Speech);
        Assert.Equal(first.Id, (await SayAsync(ada, 1, FeedbackKind.More, Speech)).Id);

        Assert.Equal([Speech with { Weight = 0.25 }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task AnotherWordOfThePaperTakesThePlaceOfTheFirst()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await SayAsync(ada, 1, FeedbackKind.More, Speech);

        await SayAsync(ada, 1, FeedbackKind.Less, Speech);

        Assert.Equal([Speech with { Weight = -0.25 }], await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(FeedbackKind.Less, Assert.Single(await Feedback.ListAsync(ada.Id, 10, Stop)).Kind);
    }

    [Fact]
    public async Task EachWordIsTakenBackByItselfAndWhatWasSaidSinceStays()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await FollowAsync(ada, Vision);
        var mute = await SayAsync(ada, 1, FeedbackKind.Mute, Speech, Vision);
        var more = await SayAsync(ada, 2, FeedbackKind.More, Vision);
        Assert.Equal([more.Id, mute.Id], (await Feedback.ListAsync(ada.Id, 10, Stop)).Select(f => f.Id));

        Assert.True(await TakeBackAsync(ada, mute.Id));
        Assert.False(await TakeBackAsync(ada, mute.Id));

        Assert.Equal([Vision], await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal([more.Id], (await Feedback.ListAsync(ada.Id, 10, Stop)).Select(f => f.Id));
    }

    [Fact]
    public async Task ALessThatEndedAFollowIsTakenBackToIt()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await SayAsync(ada, 1, FeedbackKind.More, Speech);
        var less = await SayAsync(ada, 2, FeedbackKind.Less, Speech);
        Assert.Empty(await Interests.ListAsync(ada.Id, Stop));

        await TakeBackAsync(ada, less.Id);

        Assert.Equal([Speech with { Weight = 0.25 }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task WhatTheReaderRemovedDoesNotComeBackByTakingAWordBack()
    {
        var ada = await AddReaderAsync("ada@example.org");
        var more = await SayAsync(ada, 1, FeedbackKind.More, Speech);
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id, []), Stop);

        Assert.True(await TakeBackAsync(ada, more.Id));

        Assert.Empty(await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task NobodyTakesBackAnothersWord()
    {
        var ada = await AddReaderAsync("ada@example.org");
        var bo = await AddReaderAsync("bo@example.org");
        var more = await SayAsync(ada, 1, FeedbackKind.More, Speech);

        Assert.False(await TakeBackAsync(bo, more.Id));

        Assert.Single(await Interests.ListAsync(ada.Id, Stop));
    }

    private Task<bool> FollowAsync(Subscriber reader, Interest interest) =>
        Database.WriteAsync(session => InterestStore.ReplaceAsync(session, reader.Id, [interest]), Stop);

    private Task<Feedback> SayAsync(Subscriber reader, long paperId, FeedbackKind kind, params Interest[] about) =>
        Database.WriteAsync(session => Feedback.SayAsync(session, reader.Id, paperId, kind, about), Stop);

    private Task<bool> TakeBackAsync(Subscriber reader, long feedbackId) =>
        Database.WriteAsync(session => FeedbackStore.TakeBackAsync(session, reader.Id, feedbackId), Stop);
}

public sealed class FeedbackStoreOnSqlite() : FeedbackStoreTests(new SqliteFixture());

public sealed class FeedbackStoreOnPostgreSql() : FeedbackStoreTests(new PostgreSqlFixture());
