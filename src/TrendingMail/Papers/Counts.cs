namespace TrendingMail.Papers;

/// <summary>A paper's votes, comments and stars at some point in time.</summary>
/// <param name="Stars">Null if unknown.</param>
public readonly record struct Counts(int Upvotes, int Comments, int? Stars)
{
    public static Counts From(Paper paper) => new(paper.Upvotes, paper.Comments, paper.Stars);

    /// <summary>
    /// The increase since <paramref name="before"/>, never negative. Stars that were unknown before do not count as an
    /// increase: they may be years old.
    /// </summary>
    public Counts Since(Counts before) => new(
        Math.Max(Upvotes - before.Upvotes, 0),
        Math.Max(Comments - before.Comments, 0),
        Stars is { } stars && before.Stars is { } starsBefore ? Math.Max(stars - starsBefore, 0) : 0);
}
