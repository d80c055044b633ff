namespace TrendingMail.SignUp.Abuse.Limiting;

/// <summary>
/// How fast confirmations are sent to one domain: a burst at once, the rest at even intervals (the generic cell rate
/// algorithm).
/// </summary>
/// <param name="PerHour">0 for no limit.</param>
internal sealed record ConfirmationThrottle(int PerHour)
{
    /// <summary>
    /// The longest that a confirmation waits: half of the time in which it can be followed, which begins at once.
    /// </summary>
    public static TimeSpan MaximumDelay { get; } = TimeSpan.FromDays(1);

    /// <summary>The part of an hour's confirmations that may be sent at once.</summary>
    private const int BurstShare = 10;

    private TimeSpan Interval => TimeSpan.FromHours(1) / PerHour;

    private int Burst => Math.Max(1, PerHour / BurstShare);

    /// <summary>Reserves the next slot.</summary>
    /// <param name="nextAt">What the last reservation returned; null if there was none.</param>
    /// <returns>When to send, and when the slots reserved so far are used up.</returns>
    public (DateTimeOffset DueAt, DateTimeOffset NextAt) Reserve(DateTimeOffset now, DateTimeOffset? nextAt)
    {
        if (PerHour == 0)
        {
            return (now, now);
        }

        var start = nextAt > now ? nextAt.Value : now;
        var due = start - (Burst - 1) * Interval;
        var latest = now + MaximumDelay;
        return due >= latest ? (latest, start) : (due > now ? due : now, start + Interval);
    }
}
