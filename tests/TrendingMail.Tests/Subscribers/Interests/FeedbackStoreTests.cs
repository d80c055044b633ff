using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Interests;

public abstract class FeedbackStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly Interest Speech = Interest.Create(InterestKind.Topic, "speech")!;

    private static readonly Interest Vision = Interest.Create(InterestKind.Topic, "vision")!;

    [Fact]
    public async Task MoreAndLessMoveTheWeightByOneStep()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await FollowAsync(ada, Vision);

        await RecordAsync(ada, 1, FeedbackKind.More, Speech);
        await RecordAsync(ada, 2, FeedbackKind.Less, Vision);

        Assert.Equal(
            [Speech with { Weight = 0.25 }, Vision with { Weight = 0.75 }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task LessNeverMutesButMuteDoes()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        for (var paper = 1; paper <= 6; paper++)
        {
            await RecordAsync(ada, paper, FeedbackKind.Less, Speech);
        }

        Assert.Equal([Speech with { Weight = -0.75 }], await Interests.ListAsync(ada.Id, Stop));

        await RecordAsync(ada, 7, FeedbackKind.Mute, Speech);
        Assert.True(Assert.Single(await Interests.ListAsync(ada.Id, Stop)).IsMuted);

        await RecordAsync(ada, 8, FeedbackKind.Less, Speech);
        Assert.True(Assert.Single(await Interests.ListAsync(ada.Id, Stop)).IsMuted);
    }

    [Fact]
    public async Task RepeatedFeedbackOnAPaperCountsOnce()
    {
        var ada = await AddSubscriberAsync("ada@example.org");

        var first = await RecordAsync(ada, 1, FeedbackKind.More, Speech);
        Assert.Equal(first.Id, (await RecordAsync(ada, 1, FeedbackKind.More, Speech)).Id);

        Assert.Equal([Speech with { Weight = 0.25 }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task DifferentFeedbackOnAPaperReplacesTheFirst()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await RecordAsync(ada, 1, FeedbackKind.More, Speech);

        await RecordAsync(ada, 1, FeedbackKind.Less, Speech);

        Assert.Equal([Speech with { Weight = -0.25 }], await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal(FeedbackKind.Less, Assert.Single(await Feedback.ListAsync(ada.Id, 10, Stop)).Kind);
    }

    [Fact]
    public async Task FeedbackIsUndoneIndividuallyAndLaterFeedbackRemains()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await FollowAsync(ada, Vision);
        var mute = await RecordAsync(ada, 1, FeedbackKind.Mute, Vision);
        var more = await RecordAsync(ada, 2, FeedbackKind.More, Vision);
        Assert.Equal([more.Id, mute.Id], (await Feedback.ListAsync(ada.Id, 10, Stop)).Select(f => f.Id));

        Assert.True(await UndoAsync(ada, mute.Id));
        Assert.False(await UndoAsync(ada, mute.Id));

        Assert.Equal([Vision], await Interests.ListAsync(ada.Id, Stop));
        Assert.Equal([more.Id], (await Feedback.ListAsync(ada.Id, 10, Stop)).Select(f => f.Id));
    }

    [Fact]
    public async Task UndoingLessRestoresAnInterestThatItRemoved()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await RecordAsync(ada, 1, FeedbackKind.More, Speech);
        var less = await RecordAsync(ada, 2, FeedbackKind.Less, Speech);
        Assert.Empty(await Interests.ListAsync(ada.Id, Stop));

        await UndoAsync(ada, less.Id);

        Assert.Equal([Speech with { Weight = 0.25 }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task UndoingFeedbackDoesNotRestoreARemovedInterest()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var more = await RecordAsync(ada, 1, FeedbackKind.More, Speech);
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id, []), Stop);

        Assert.True(await UndoAsync(ada, more.Id));

        Assert.Empty(await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task SeveralTopicsOfAPaperAreMutedAndUnmutedOneByOne()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var speech = await RecordAsync(ada, 1, FeedbackKind.Mute, Speech);

        var vision = await RecordAsync(ada, 1, FeedbackKind.Mute, Vision);

        Assert.NotEqual(speech.Id, vision.Id);
        Assert.Equal([Interest.Muted, Interest.Muted], await WeightsAsync(ada));
        await UndoAsync(ada, speech.Id);
        Assert.Equal([Vision with { Weight = Interest.Muted }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Theory]
    [InlineData(FeedbackKind.More)]
    [InlineData(FeedbackKind.Less)]
    public async Task OtherFeedbackOnAPaperLeavesItsMutedTopicsMuted(FeedbackKind kind)
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await RecordAsync(ada, 1, FeedbackKind.Mute, Speech);

        var other = await RecordAsync(ada, 1, kind, Speech, Vision);

        Assert.True((await Interests.ListAsync(ada.Id, Stop))[0].IsMuted);
        Assert.Equal("vision", Assert.Single(other.WeightChanges).Key);
        await UndoAsync(ada, other.Id);
        Assert.Equal([Speech with { Weight = Interest.Muted }], await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task ATopicMutedWithTwoPapersStaysMutedUntilBothAreUndone()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await FollowAsync(ada, Speech);
        var first = await RecordAsync(ada, 1, FeedbackKind.Mute, Speech);
        var second = await RecordAsync(ada, 2, FeedbackKind.Mute, Speech);

        await UndoAsync(ada, first.Id);
        Assert.Equal([Interest.Muted], await WeightsAsync(ada));
        await UndoAsync(ada, second.Id);

        Assert.Equal([Speech], await Interests.ListAsync(ada.Id, Stop));
    }

    [Theory]
    [InlineData(FeedbackKind.More, 0.25)]
    [InlineData(FeedbackKind.Mute, -1)]
    public async Task RepeatedFeedbackCountsAgainIfItsEffectWasRemovedSince(FeedbackKind kind, double weight)
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await RecordAsync(ada, 1, kind, Speech);
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id, []), Stop);

        await RecordAsync(ada, 1, kind, Speech);

        Assert.Equal([weight], await WeightsAsync(ada));
        Assert.Single(await Feedback.ListAsync(ada.Id, 9, Stop));
    }

    [Fact]
    public async Task UndoingAMuteDoesNotRestoreARemovedOrFollowAChangedInterest()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await RecordAsync(ada, 1, FeedbackKind.More, Speech);
        var mute = await RecordAsync(ada, 2, FeedbackKind.Mute, Speech);
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id, []), Stop);

        await UndoAsync(ada, mute.Id);

        Assert.Empty(await Interests.ListAsync(ada.Id, Stop));
    }

    [Fact]
    public async Task ASubscriberCannotUndoAnothersFeedback()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var bo = await AddSubscriberAsync("bo@example.org");
        var more = await RecordAsync(ada, 1, FeedbackKind.More, Speech);

        Assert.False(await UndoAsync(bo, more.Id));

        Assert.Single(await Interests.ListAsync(ada.Id, Stop));
    }

    private async Task<IEnumerable<double>> WeightsAsync(Subscriber subscriber) =>
        (await Interests.ListAsync(subscriber.Id, Stop)).Select(interest => interest.Weight);

    private Task<bool> FollowAsync(Subscriber subscriber, Interest interest) =>
        Database.WriteAsync(session => InterestStore.ReplaceAsync(session, subscriber.Id, [interest]), Stop);

    private Task<Feedback> RecordAsync(
        Subscriber subscriber, long paperId, FeedbackKind kind, params Interest[] subjects) =>
        Database.WriteAsync(session => Feedback.RecordAsync(session, subscriber.Id, paperId, kind, subjects), Stop);

    private Task<bool> UndoAsync(Subscriber subscriber, long feedbackId) =>
        Database.WriteAsync(session => FeedbackStore.UndoAsync(session, subscriber.Id, feedbackId), Stop);
}

public sealed class FeedbackStoreOnSqlite() : FeedbackStoreTests(new SqliteFixture());

public sealed class FeedbackStoreOnPostgreSql() : FeedbackStoreTests(new PostgreSqlFixture());
