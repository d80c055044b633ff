namespace TrendingMail.Inbound;

/// <summary>The number of days with a soft bounce from a subscriber's address.</summary>
/// <param name="BouncedAt">The time of the most recent one.</param>
public sealed record BounceScore(int Days, DateTimeOffset BouncedAt)
{
    /// <summary>
    /// Adds a bounce. At most one counts per day, and the count restarts after a gap of more than
    /// <paramref name="staleAfterDays"/> days.
    /// </summary>
    public static BounceScore Next(BounceScore? previous, DateTimeOffset at, int staleAfterDays)
    {
        if (previous is null || at - previous.BouncedAt > TimeSpan.FromDays(staleAfterDays))
        {
            return new BounceScore(1, at);
        }

        // A bounce that arrives late must not move the last bounce back in time.
        return at.UtcDateTime.Date <= previous.BouncedAt.UtcDateTime.Date
            ? previous
            : new BounceScore(previous.Days + 1, at);
    }
}
