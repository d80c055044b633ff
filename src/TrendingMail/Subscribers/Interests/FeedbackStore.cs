using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Interests;

/// <summary>A change of one interest's weight; zero stands for no interest.</summary>
public sealed record WeightChange(InterestKind Kind, string Key, string Value, double From, double To);

/// <summary>A subscriber's feedback on a paper, with the weight changes needed to undo it.</summary>
public sealed record Feedback
{
    public required long Id { get; init; }

    public required long PaperId { get; init; }

    public required FeedbackKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<WeightChange> WeightChanges { get; init; }
}

/// <summary>
/// Stores subscribers' feedback on papers. Feedback changes the weights of their interests; each item can be undone on
/// its own.
/// </summary>
public sealed class FeedbackStore(Database database, TimeProvider clock)
{
    private const string Columns = "id, paper_id, kind, at, weight_changes, topic";

    /// <summary>
    /// Records feedback on a paper and adjusts the subscriber's interests. "More" and "less" replace each other; each
    /// topic of a paper is muted by itself. What is in force already changes nothing; what was removed since counts
    /// again.
    /// </summary>
    /// <param name="subjects">
    /// The paper's subjects to which the feedback applies, the muted topic alone. Their weights are ignored.
    /// </param>
    public async Task<Feedback> RecordAsync(
        Session session, long subscriberId, long paperId, FeedbackKind kind, IReadOnlyList<Interest> subjects)
    {
        var topic = kind == FeedbackKind.Mute && subjects is [var muted, ..] ? muted.Id : "";
        var replaced = (await ListByPaperAsync(session, subscriberId, paperId))
            .Where(row => kind == FeedbackKind.Mute
                ? row.Kind == FeedbackKind.Mute && row.Topic == topic
                : row.Kind != FeedbackKind.Mute)
            .Select(row => row.ToFeedback()).ToArray();

        var before = await InterestStore.ListAsync(session, subscriberId);
        var interests = before.ToDictionary(i => (i.Kind, i.Key));
        foreach (var feedback in replaced)
        {
            FeedbackEffect.Revert(interests, feedback.WeightChanges);
        }

        var changes = FeedbackEffect.Apply(interests, kind, subjects);
        if (replaced is [var same] && same.Kind == kind &&
            before.ToHashSet().SetEquals(interests.Values.Where(interest => interest.Weight != 0)))
        {
            return same;
        }

        foreach (var feedback in replaced)
        {
            await session.ExecuteAsync("DELETE FROM feedback WHERE id = @Id", new { feedback.Id });
        }

        await InterestStore.ReplaceAsync(session, subscriberId, interests.Values);
        return (await session.FirstOrDefaultAsync<Row>($"""
            INSERT INTO feedback (subscriber_id, paper_id, kind, at, weight_changes, topic)
            VALUES (@subscriberId, @paperId, @kind, @now, @weightChanges, @topic)
            RETURNING {Columns}
            """, new
        {
            subscriberId, paperId, kind = kind.ToColumn(), now = clock.GetUtcNow(),
            weightChanges = JsonSerializer.Serialize(changes), topic,
        }))!.ToFeedback();
    }

    /// <summary>
    /// Undoes one feedback: its weight changes are reverted, later feedback stays in effect. An interest that the
    /// subscriber has removed since is not restored, and a topic that was muted with another paper, too, stays muted.
    /// </summary>
    /// <returns>False if the subscriber has no such feedback.</returns>
    public static async Task<bool> UndoAsync(Session session, long subscriberId, long feedbackId)
    {
        var row = await session.FirstOrDefaultAsync<Row>($"""
            DELETE FROM feedback WHERE id = @feedbackId AND subscriber_id = @subscriberId RETURNING {Columns}
            """, new { feedbackId, subscriberId });
        if (row is null)
        {
            return false;
        }

        if (await InheritMuteAsync(session, subscriberId, row))
        {
            return true;
        }

        var interests = (await InterestStore.ListAsync(session, subscriberId)).ToDictionary(i => (i.Kind, i.Key));
        FeedbackEffect.Revert(interests, row.ToFeedback().WeightChanges);

        // Restoring may exceed the limit if interests were added since; the excess is dropped.
        await InterestStore.ReplaceAsync(session, subscriberId,
            interests.Values.Where(i => i.Weight != 0).Take(InterestStore.MaximumPerSubscriber));
        return true;
    }

    /// <summary>A subscriber's feedback, newest first.</summary>
    public Task<IReadOnlyList<Feedback>> ListAsync(long subscriberId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Feedback>>(async session =>
            [.. (await session.QueryAsync<Row>($"""
                SELECT {Columns} FROM feedback WHERE subscriber_id = @subscriberId ORDER BY at DESC, id DESC
                LIMIT @limit
                """, new { subscriberId, limit })).Select(row => row.ToFeedback())], cancellationToken);

    /// <summary>Deletes feedback from before an instant; the interests that it changed stay as they are.</summary>
    internal static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset before, int limit) =>
        session.ExecuteAsync(
            "DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE at < @before LIMIT @limit)",
            new { before, limit });

    /// <summary>
    /// Leaves what undoing a mute restores to another feedback that muted the same topic, which is still in force.
    /// </summary>
    private static async Task<bool> InheritMuteAsync(Session session, long subscriberId, Row undone) =>
        undone is { Kind: FeedbackKind.Mute, Topic.Length: > 0 } && await session.ExecuteAsync("""
            UPDATE feedback
            SET weight_changes = CASE WHEN weight_changes = '[]' THEN @WeightChanges ELSE weight_changes END
            WHERE id = (SELECT MAX(id) FROM feedback
                        WHERE subscriber_id = @subscriberId AND kind = 'mute' AND topic = @Topic)
            """, new { subscriberId, undone.Topic, undone.WeightChanges }) > 0;

    private static Task<IReadOnlyList<Row>> ListByPaperAsync(Session session, long subscriberId, long paperId) =>
        session.QueryAsync<Row>($"""
            SELECT {Columns} FROM feedback WHERE subscriber_id = @subscriberId AND paper_id = @paperId ORDER BY id
            """, new { subscriberId, paperId });

    private sealed record Row
    {
        public required long Id { get; init; }

        public required long PaperId { get; init; }

        public required FeedbackKind Kind { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string WeightChanges { get; init; }

        public required string Topic { get; init; }

        public Feedback ToFeedback() => new()
        {
            Id = Id,
            PaperId = PaperId,
            Kind = Kind,
            At = At,
            WeightChanges = JsonSerializer.Deserialize<WeightChange[]>(WeightChanges) ?? [],
        };
    }
}
