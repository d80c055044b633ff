namespace TrendingMail.Inbound;

/// <summary>The days on which a reader's mail came back for a reason that may pass.</summary>
/// <param name="BouncedAt">When the last one did.</param>
public sealed record BounceScore(int Days, DateTimeOffset BouncedAt)
{
    /// <summary>Counts a bounce: at most one a day, and none of long ago.</summary>
    public static BounceScore Next(BounceScore? before, DateTimeOffset at, int staleAfterDays)
    {
        if (before is null || at - before.BouncedAt > TimeSpan.FromDays(staleAfterDays))
        {
            return new BounceScore(1, at);
        }

        // A bounce that arrives late does not make the last one older.
        return at.UtcDateTime.Date <= before.BouncedAt.UtcDateTime.Date
            ? before
            : new BounceScore(before.Days + 1, at);
    }
}
