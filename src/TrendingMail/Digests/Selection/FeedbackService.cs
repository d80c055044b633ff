using TrendingMail.Papers;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection;

/// <summary>What is in force for a paper's subjects, as saved.</summary>
/// <param name="Subjects">The paper's subjects with the subscriber's weights; 0 for no interest.</param>
/// <param name="IsFull">Whether the subscriber has the maximum number of interests, so that none was added.</param>
public sealed record FeedbackState(Paper Paper, IReadOnlyList<Interest> Subjects, bool IsFull);

/// <summary>The outcome of giving feedback.</summary>
public abstract record FeedbackResult
{
    /// <param name="State">What is in force now.</param>
    /// <param name="IsRepeated">Whether all of it was in force before.</param>
    public sealed record Recorded(Feedback Feedback, FeedbackState State, bool IsRepeated) : FeedbackResult;

    /// <summary>Nothing was changed: the paper does not have the topic to mute.</summary>
    public sealed record UnknownTopic : FeedbackResult;

    /// <summary>Nothing was changed: the paper no longer exists.</summary>
    public sealed record UnknownPaper : FeedbackResult;
}

/// <summary>Records what subscribers say about the papers in their digests.</summary>
public sealed class FeedbackService(Database database, PaperStore papers, FeedbackStore feedback)
{
    /// <summary>Records feedback on a paper and adjusts the subscriber's interests in its topics.</summary>
    /// <param name="mutedTopic">
    /// The <see cref="Interest.Id">id</see> of the topic to mute; empty for the paper's first one. Ignored unless
    /// <paramref name="kind"/> is <see cref="FeedbackKind.Mute"/>.
    /// </param>
    public async Task<FeedbackResult> RecordAsync(
        long subscriberId, long paperId, FeedbackKind kind, string mutedTopic, CancellationToken cancellationToken)
    {
        if (await papers.FindAsync(paperId, cancellationToken) is not { } paper)
        {
            return new FeedbackResult.UnknownPaper();
        }

        if (SelectSubjects(PaperSubjects.For(paper), kind, mutedTopic) is not { } subjects)
        {
            return new FeedbackResult.UnknownTopic();
        }

        return await database.WriteAsync<FeedbackResult>(async session =>
        {
            var before = await InterestStore.ListAsync(session, subscriberId);
            var recorded = await feedback.RecordAsync(session, subscriberId, paperId, kind, subjects);
            var after = await InterestStore.ListAsync(session, subscriberId);
            return new FeedbackResult.Recorded(
                recorded, CreateState(paper, after), IsRepeated: before.ToHashSet().SetEquals(after));
        }, cancellationToken);
    }

    /// <inheritdoc cref="FeedbackStore.UndoAsync"/>
    public Task<bool> UndoAsync(long subscriberId, long feedbackId, CancellationToken cancellationToken) =>
        database.WriteAsync(session => FeedbackStore.UndoAsync(session, subscriberId, feedbackId), cancellationToken);

    /// <summary>What is in force for a paper's subjects; null if the paper no longer exists.</summary>
    public async Task<FeedbackState?> FindStateAsync(
        long subscriberId, long paperId, CancellationToken cancellationToken) =>
        await papers.FindAsync(paperId, cancellationToken) is not { } paper ? null : CreateState(
            paper, await database.ReadAsync(
                session => InterestStore.ListAsync(session, subscriberId), cancellationToken));

    /// <returns>Null if the paper has no such topic.</returns>
    internal static IReadOnlyList<Interest>? SelectSubjects(
        IReadOnlyList<Interest> subjects, FeedbackKind kind, string mutedTopic) =>
        kind != FeedbackKind.Mute || subjects.Count == 0 ? subjects
            : mutedTopic.Length == 0 ? [subjects[0]]
            : subjects.FirstOrDefault(subject => subject.Id == mutedTopic) is { } muted ? [muted] : null;

    private static FeedbackState CreateState(Paper paper, IReadOnlyList<Interest> interests)
    {
        var weights = interests.ToDictionary(interest => interest.Id, interest => interest.Weight);
        return new FeedbackState(
            paper,
            [.. PaperSubjects.For(paper).Select(
                subject => subject with { Weight = weights.GetValueOrDefault(subject.Id) })],
            interests.Count >= InterestStore.MaximumPerSubscriber);
    }
}
