using TrendingMail.Digests.Selection.Matching;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.Papers;

namespace TrendingMail.Digests.Selection;

/// <summary>The papers that the digests of a day or week are selected from: indexed once for all subscribers.</summary>
public sealed class DigestCandidates
{
    private DigestCandidates(Mailing.Digest mailing, Edition newest, IReadOnlyList<EditionPaper> papers)
    {
        Mailing = mailing;
        Number = newest.Number;
        PublishedAt = newest.PublishedAt;
        Papers = papers;
        Index = new PaperIndex([.. papers.Select(paper => paper.Paper)]);
    }

    public Mailing.Digest Mailing { get; }

    /// <summary>The number of the newest edition.</summary>
    public int Number { get; }

    /// <summary>When the newest edition was published.</summary>
    public DateTimeOffset PublishedAt { get; }

    /// <summary>Best first.</summary>
    public IReadOnlyList<EditionPaper> Papers { get; }

    /// <summary>The days of the week without an edition; empty for a day.</summary>
    public IReadOnlyList<DateOnly> DaysWithoutEdition { get; private init; } = [];

    /// <summary>An index of <see cref="Papers"/>.</summary>
    public PaperIndex Index { get; }

    public static DigestCandidates ForDay(Edition edition) =>
        new(new Mailing.Daily(edition.Day), edition, edition.Papers);

    /// <param name="editions">
    /// The editions, at least one, of the week that ends on <paramref name="day"/> to select from.
    /// </param>
    /// <param name="published">The days of all editions of the week.</param>
    /// <param name="counts">
    /// The votes at the end of the week by paper; the edition's counts apply to all others.
    /// </param>
    public static DigestCandidates ForWeek(
        IReadOnlyList<Edition> editions, DateOnly day, IEnumerable<DateOnly> published,
        IReadOnlyDictionary<long, Counts> counts)
    {
        var papers = editions.SelectMany(edition => edition.Papers)
            .Select(paper => WithCounts(paper, counts.GetValueOrDefault(paper.PaperId)))
            .OrderByDescending(paper => paper.Score)
            .ThenBy(paper => paper.PaperId)
            .Select((paper, i) => paper with { Rank = i + 1 });
        return new DigestCandidates(new Mailing.Weekly(day), editions[^1], [.. papers])
        {
            DaysWithoutEdition = [.. Digest.WeekEnding(day).Except(published)],
        };
    }

    /// <summary>Counts only grow: none falls below the one frozen in the edition.</summary>
    private static EditionPaper WithCounts(EditionPaper paper, Counts counts)
    {
        var frozen = paper.Paper;
        var counted = frozen with
        {
            Upvotes = Math.Max(frozen.Upvotes, counts.Upvotes),
            Comments = Math.Max(frozen.Comments, counts.Comments),
            Stars = frozen.Stars is null &&
            counts.Stars is null ? null : Math.Max(frozen.Stars ?? 0, counts.Stars ?? 0),
        };
        return paper with
        {
            Paper = counted,
            Score = TrendScore.Calculate(new Counts(counted.Upvotes, counted.Comments, counted.Stars)).Score
        };
    }
}
