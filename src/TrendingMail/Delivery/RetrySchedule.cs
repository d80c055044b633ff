namespace TrendingMail.Delivery;

/// <summary>When a deferred message is tried again.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(4);

    /// <summary>
    /// Twice as long after each attempt, up to four hours, then moved by up to a quarter to either side, so that a
    /// thousand messages that one server deferred do not come back at the same instant.
    /// </summary>
    /// <param name="attempts">Attempts made so far, from 1.</param>
    /// <param name="jitter">From 0 to 1, at random.</param>
    public static TimeSpan Wait(int attempts, TimeSpan first, double jitter)
    {
        var wait = first * Math.Pow(2, Math.Min(attempts, 20) - 1);
        return (wait < LongestWait ? wait : LongestWait) * (0.75 + (jitter / 2));
    }
}
