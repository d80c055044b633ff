using System.Text.Json;
using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection;

/// <summary>
/// What a digest contained when it was sent: the papers in their order, why each was selected, and the language. Kept
/// with the delivery. The papers themselves are in the editions, which never change.
/// </summary>
public sealed record SentDigest
{
    /// <summary>The subscriber's language at the time.</summary>
    public required string Language { get; init; }

    public required int Number { get; init; }

    public required int Total { get; init; }

    public IReadOnlyList<DateOnly> DaysWithoutEdition { get; init; } = [];

    public IReadOnlyList<SentPaper> Followed { get; init; } = [];

    public IReadOnlyList<SentPaper> Trending { get; init; } = [];

    public static SentDigest From(Digest digest, string language) => new()
    {
        Language = language,
        Number = digest.Number,
        Total = digest.Total,
        DaysWithoutEdition = digest.DaysWithoutEdition,
        Followed = [.. digest.Followed.Select(SentPaper.From)],
        Trending = [.. digest.Trending.Select(SentPaper.From)],
    };

    public static SentDigest Parse(string text) => JsonSerializer.Deserialize<SentDigest>(text)!;

    /// <summary>The text that is kept with the delivery.</summary>
    public override string ToString() => JsonSerializer.Serialize(this);

    /// <summary>The digest as it was sent, without papers that no longer exist.</summary>
    /// <param name="candidates">All papers of the day or week.</param>
    public Digest Restore(DigestCandidates candidates)
    {
        var papers = candidates.Papers.ToLookup(paper => paper.PaperId);
        return new Digest(
            candidates.Mailing, Number, candidates.PublishedAt, Total, Select(Followed), Select(Trending),
            DaysWithoutEdition);

        IReadOnlyList<SelectedPaper> Select(IReadOnlyList<SentPaper> sent) =>
            [.. sent.SelectMany(paper => papers[paper.Id].Take(1).Select(found => paper.Restore(found.Paper)))];
    }
}

/// <summary>A paper of a sent digest.</summary>
/// <param name="Interest">The interest that it matched; null if it was only trending.</param>
public sealed record SentPaper(long Id, InterestKind? Kind, string? Interest, MatchField? Field, string? Words)
{
    public static SentPaper From(SelectedPaper selected) => new(
        selected.PaperId, selected.Reason?.Interest.Kind, selected.Reason?.Interest.Value, selected.Reason?.Field,
        selected.Reason?.Words);

    public SelectedPaper Restore(FrozenPaper paper) => new(Id, paper,
        Kind is { } kind && Field is { } field && Subscribers.Interests.Interest.Create(kind, Interest) is { } interest
            ? new MatchReason(interest, field, Words ?? "")
            : null);
}
