using TrendingMail.Digests.Matching;
using TrendingMail.Editions;
using TrendingMail.Papers;

namespace TrendingMail.Digests;

/// <summary>What a day's or a week's digests are chosen from: the same for all their readers, and looked through once.</summary>
public sealed class DigestMaterial
{
    private DigestMaterial(bool weekly, DateOnly day, Edition newest, IReadOnlyList<EditionPaper> papers)
    {
        Weekly = weekly;
        Day = day;
        Number = newest.Number;
        PublishedAt = newest.PublishedAt;
        Papers = papers;
        Index = new PaperIndex([.. papers.Select(paper => paper.Paper)]);
    }

    public bool Weekly { get; }

    /// <summary>The edition's day; of a week the last.</summary>
    public DateOnly Day { get; }

    /// <summary>The newest edition's number.</summary>
    public int Number { get; }

    /// <summary>When the newest edition was published.</summary>
    public DateTimeOffset PublishedAt { get; }

    /// <summary>Best first.</summary>
    public IReadOnlyList<EditionPaper> Papers { get; }

    /// <summary>The days of a week that had no edition; none for a day.</summary>
    public IReadOnlyList<DateOnly> DaysWithout { get; private init; } = [];

    /// <summary>Over <see cref="Papers"/>.</summary>
    public PaperIndex Index { get; }

    public static DigestMaterial OfDay(Edition edition) => new(false, edition.Day, edition, edition.Papers);

    /// <param name="editions">At least one; those of the week that ends on <paramref name="day"/> which the reader has not had.</param>
    /// <param name="published">The days of all the week's editions.</param>
    /// <param name="counts">Votes as they stood at the week's end, by paper; of others the edition's own count.</param>
    public static DigestMaterial OfWeek(
        IReadOnlyList<Edition> editions, DateOnly day, IEnumerable<DateOnly> published, IReadOnlyDictionary<long, Counts> counts)
    {
        var papers = editions.SelectMany(edition => edition.Papers)
            .Select(paper => Counted(paper, counts.GetValueOrDefault(paper.PaperId)))
            .OrderByDescending(paper => paper.Score)
            .ThenBy(paper => paper.PaperId)
            .Select((paper, i) => paper with { Rank = i + 1 });
        return new DigestMaterial(true, day, editions[^1], [.. papers])
        {
            DaysWithout = [.. Digest.WeekOf(day).Except(published)],
        };
    }

    /// <summary>Counts only grow: what an edition froze is never taken back.</summary>
    private static EditionPaper Counted(EditionPaper paper, Counts counts)
    {
        var frozen = paper.Paper;
        var now = frozen with
        {
            Upvotes = Math.Max(frozen.Upvotes, counts.Upvotes),
            Comments = Math.Max(frozen.Comments, counts.Comments),
            Stars = frozen.Stars is null && counts.Stars is null ? null : Math.Max(frozen.Stars ?? 0, counts.Stars ?? 0),
        };
        return paper with { Paper = now, Score = TrendScore.Of(new Counts(now.Upvotes, now.Comments, now.Stars)).Score };
    }
}
