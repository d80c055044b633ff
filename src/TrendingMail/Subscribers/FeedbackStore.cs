using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>How one interest's weight was moved; zero stands for no interest.</summary>
public sealed record WeightMove(InterestKind Kind, string Key, string Value, double From, double To);

/// <summary>What a reader said of one paper, which can be taken back.</summary>
public sealed record Feedback
{
    public required long Id { get; init; }

    public required long PaperId { get; init; }

    public required FeedbackKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<WeightMove> Moves { get; init; }
}

/// <summary>What readers say of papers: it moves the weights of their interests, and each can be taken back by itself.</summary>
public sealed class FeedbackStore(Database database, TimeProvider clock)
{
    private const string Columns = "id, paper_id, kind, at, moves";

    /// <summary>
    /// Moves the reader's interests by one opinion of a paper. A reader has one opinion of a paper: the same again changes
    /// nothing, another one takes the place of the one before.
    /// </summary>
    /// <param name="about">What the paper is about, for the wish to be about; the weights are not looked at.</param>
    public async Task<Feedback> SayAsync(
        Session session, long subscriberId, long paperId, FeedbackKind kind, IEnumerable<Interest> about)
    {
        if (await FindAsync(session, subscriberId, paperId) is { } before)
        {
            if (before.Kind == kind)
            {
                return before;
            }

            await TakeBackAsync(session, subscriberId, before.Id);
        }

        var interests = (await InterestStore.ListAsync(session, subscriberId)).ToDictionary(i => (i.Kind, i.Key));
        var moves = new List<WeightMove>();
        foreach (var subject in about.DistinctBy(i => (i.Kind, i.Key)))
        {
            var known = interests.GetValueOrDefault((subject.Kind, subject.Key));
            var from = known?.Weight ?? 0;
            var to = Moved(from, kind);
            if (to != from && (known is not null || interests.Count < InterestStore.MaximumPerReader))
            {
                moves.Add(new WeightMove(subject.Kind, subject.Key, known?.Value ?? subject.Value, from, to));
                interests[(subject.Kind, subject.Key)] = (known ?? subject) with { Weight = to };
            }
        }

        await InterestStore.ReplaceAsync(session, subscriberId, interests.Values);
        await session.ExecuteAsync("""
            INSERT INTO feedback (subscriber_id, paper_id, kind, at, moves) VALUES (@subscriberId, @paperId, @kind, @now, @moves)
            """, new
        {
            subscriberId, paperId, kind = kind.ToColumn(), now = clock.GetUtcNow(), moves = JsonSerializer.Serialize(moves),
        });
        return (await FindAsync(session, subscriberId, paperId))!;
    }

    /// <summary>
    /// Takes one opinion back: the weights move the other way, and what was said since stays. An interest that the opinion
    /// made and the reader removed does not come again.
    /// </summary>
    /// <returns>False where the reader has no such opinion (any more).</returns>
    public static async Task<bool> TakeBackAsync(Session session, long subscriberId, long feedbackId)
    {
        var row = await session.FirstOrDefaultAsync<Row>($"""
            DELETE FROM feedback WHERE id = @feedbackId AND subscriber_id = @subscriberId RETURNING {Columns}
            """, new { feedbackId, subscriberId });
        if (row is null)
        {
            return false;
        }

        var interests = (await InterestStore.ListAsync(session, subscriberId)).ToDictionary(i => (i.Kind, i.Key));
        foreach (var move in row.ToFeedback().Moves)
        {
            var known = interests.GetValueOrDefault((move.Kind, move.Key));
            if (known is not null || move.From != 0)
            {
                interests[(move.Kind, move.Key)] = new Interest
                {
                    Kind = move.Kind,
                    Key = move.Key,
                    Value = known?.Value ?? move.Value,
                    Weight = Interest.Rounded((known?.Weight ?? 0) + move.From - move.To),
                };
            }
        }

        // One too many, where the reader has filled the place meanwhile, is the one that stays away.
        await InterestStore.ReplaceAsync(session, subscriberId,
            interests.Values.Where(i => i.Weight != 0).Take(InterestStore.MaximumPerReader));
        return true;
    }

    /// <summary>What a reader said, newest first.</summary>
    public Task<IReadOnlyList<Feedback>> ListAsync(long subscriberId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Feedback>>(async session =>
            [.. (await session.QueryAsync<Row>($"""
                SELECT {Columns} FROM feedback WHERE subscriber_id = @subscriberId ORDER BY at DESC, id DESC LIMIT @limit
                """, new { subscriberId, limit })).Select(row => row.ToFeedback())], cancellationToken);

    private static async Task<Feedback?> FindAsync(Session session, long subscriberId, long paperId) =>
        (await session.FirstOrDefaultAsync<Row>($"""
            SELECT {Columns} FROM feedback WHERE subscriber_id = @subscriberId AND paper_id = @paperId
            """, new { subscriberId, paperId }))?.ToFeedback();

    private static double Moved(double weight, FeedbackKind kind) => kind switch
    {
        FeedbackKind.More => Interest.Rounded(weight + Interest.Step),
        FeedbackKind.Less => Math.Min(weight, Math.Max(Interest.Rounded(weight - Interest.Step), Interest.Least)),
        _ => Interest.Muted,
    };

    private sealed record Row
    {
        public required long Id { get; init; }

        public required long PaperId { get; init; }

        public required FeedbackKind Kind { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string Moves { get; init; }

        public Feedback ToFeedback() => new()
        {
            Id = Id,
            PaperId = PaperId,
            Kind = Kind,
            At = At,
            Moves = JsonSerializer.Deserialize<WeightMove[]>(Moves) ?? [],
        };
    }
}
