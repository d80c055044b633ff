namespace TrendingMail.Papers;

/// <summary>A paper's votes, comments and stars: as they stand, or as they were at some time.</summary>
/// <param name="Stars">Null where no source knows any.</param>
public readonly record struct Counts(int Upvotes, int Comments, int? Stars)
{
    public static Counts Of(Paper paper) => new(paper.Upvotes, paper.Comments, paper.Stars);

    /// <summary>
    /// How much grew since then, nothing below zero. Stars that became known in between did not grow: they may be years
    /// old.
    /// </summary>
    public Counts Since(Counts before) => new(
        Math.Max(Upvotes - before.Upvotes, 0),
        Math.Max(Comments - before.Comments, 0),
        Stars is { } stars && before.Stars is { } known ? Math.Max(stars - known, 0) : 0);
}
