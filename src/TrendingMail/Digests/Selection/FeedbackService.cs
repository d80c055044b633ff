using TrendingMail.Papers;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection;

/// <summary>Feedback that was recorded, and the paper that it is about.</summary>
public sealed record RecordedFeedback(Paper Paper, Feedback Feedback);

/// <summary>Records what subscribers say about the papers in their digests.</summary>
public sealed class FeedbackService(Database database, PaperStore papers, FeedbackStore feedback)
{
    /// <summary>Records feedback on a paper and adjusts the subscriber's interests in its topics.</summary>
    /// <param name="mutedTopic">
    /// The <see cref="PaperSubjects.GetId">id</see> of the topic to mute; the paper's first one if it has no such
    /// topic. Ignored unless <paramref name="kind"/> is <see cref="FeedbackKind.Mute"/>.
    /// </param>
    /// <returns>Null, with nothing changed, if the paper no longer exists.</returns>
    public async Task<RecordedFeedback?> RecordAsync(
        long subscriberId, long paperId, FeedbackKind kind, string? mutedTopic, CancellationToken cancellationToken)
    {
        if (await papers.FindAsync(paperId, cancellationToken) is not { } paper)
        {
            return null;
        }

        var topics = PaperSubjects.For(paper);
        if (kind == FeedbackKind.Mute && topics.Count > 0)
        {
            topics = [topics.FirstOrDefault(topic => PaperSubjects.GetId(topic) == mutedTopic) ?? topics[0]];
        }

        return new RecordedFeedback(paper, await database.WriteAsync(
            session => feedback.RecordAsync(session, subscriberId, paperId, kind, topics), cancellationToken));
    }

    /// <inheritdoc cref="FeedbackStore.UndoAsync"/>
    public Task<bool> UndoAsync(long subscriberId, long feedbackId, CancellationToken cancellationToken) =>
        database.WriteAsync(session => FeedbackStore.UndoAsync(session, subscriberId, feedbackId), cancellationToken);
}
