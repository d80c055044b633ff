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
    private const string Columns = "id, paper_id, kind, at, weight_changes";

    /// <summary>
    /// Records feedback on a paper and adjusts the subscriber's interests. There is one feedback per subscriber and
    /// paper: repeating it changes nothing, a different kind replaces the previous one.
    /// </summary>
    /// <param name="subjects">The paper's subjects, to which the feedback applies. Their weights are ignored.</param>
    public async Task<Feedback> RecordAsync(
        Session session, long subscriberId, long paperId, FeedbackKind kind, IEnumerable<Interest> subjects)
    {
        if (await FindAsync(session, subscriberId, paperId) is { } previous)
        {
            if (previous.Kind == kind)
            {
                return previous;
            }

            await UndoAsync(session, subscriberId, previous.Id);
        }

        var interests = (await InterestStore.ListAsync(session, subscriberId)).ToDictionary(i => (i.Kind, i.Key));
        var changes = new List<WeightChange>();
        foreach (var subject in subjects.DistinctBy(i => (i.Kind, i.Key)))
        {
            var existing = interests.GetValueOrDefault((subject.Kind, subject.Key));
            var from = existing?.Weight ?? 0;
            var to = ApplyFeedback(from, kind);
            if (to != from && (existing is not null || interests.Count < InterestStore.MaximumPerSubscriber))
            {
                changes.Add(new WeightChange(subject.Kind, subject.Key, existing?.Value ?? subject.Value, from, to));
                interests[(subject.Kind, subject.Key)] = (existing ?? subject) with { Weight = to };
            }
        }

        await InterestStore.ReplaceAsync(session, subscriberId, interests.Values);
        await session.ExecuteAsync("""
            INSERT INTO feedback (subscriber_id, paper_id, kind, at, weight_changes)
            VALUES (@subscriberId, @paperId, @kind, @now, @weightChanges)
            """, new
        {
            subscriberId, paperId, kind = kind.ToColumn(), now = clock.GetUtcNow(),
            weightChanges = JsonSerializer.Serialize(changes),
        });
        return (await FindAsync(session, subscriberId, paperId))!;
    }

    /// <summary>
    /// Undoes one feedback: its weight changes are reverted, later feedback stays in effect. An interest that the
    /// feedback created and the subscriber has removed since is not restored.
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

        var interests = (await InterestStore.ListAsync(session, subscriberId)).ToDictionary(i => (i.Kind, i.Key));
        foreach (var change in row.ToFeedback().WeightChanges)
        {
            var existing = interests.GetValueOrDefault((change.Kind, change.Key));
            if (existing is not null || change.From != 0)
            {
                interests[(change.Kind, change.Key)] = new Interest
                {
                    Kind = change.Kind,
                    Key = change.Key,
                    Value = existing?.Value ?? change.Value,
                    Weight = Interest.NormalizeWeight((existing?.Weight ?? 0) + change.From - change.To),
                };
            }
        }

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

    private static async Task<Feedback?> FindAsync(Session session, long subscriberId, long paperId) =>
        (await session.FirstOrDefaultAsync<Row>($"""
            SELECT {Columns} FROM feedback WHERE subscriber_id = @subscriberId AND paper_id = @paperId
            """, new { subscriberId, paperId }))?.ToFeedback();

    private static double ApplyFeedback(double weight, FeedbackKind kind) => kind switch
    {
        FeedbackKind.More => Interest.NormalizeWeight(weight + Interest.FeedbackStep),
        FeedbackKind.Less => Math.Min(
            weight, Math.Max(Interest.NormalizeWeight(weight - Interest.FeedbackStep), Interest.FeedbackMinimum)),
        _ => Interest.Muted,
    };

    private sealed record Row
    {
        public required long Id { get; init; }

        public required long PaperId { get; init; }

        public required FeedbackKind Kind { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string WeightChanges { get; init; }

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
