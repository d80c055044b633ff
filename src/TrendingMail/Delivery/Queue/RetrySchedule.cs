namespace TrendingMail.Delivery.Queue;

/// <summary>Computes when a deferred delivery is retried.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(4);

    /// <summary>
    /// Exponential back-off: the delay doubles after each attempt, up to four hours, with a jitter of up to a quarter
    /// in either direction, so that messages deferred together are not all retried at the same instant.
    /// </summary>
    /// <param name="attempts">The number of attempts so far, at least 1.</param>
    /// <param name="jitter">A random number from 0 to 1.</param>
    public static TimeSpan GetDelay(int attempts, TimeSpan firstDelay, double jitter)
    {
        var delay = firstDelay * Math.Pow(2, Math.Min(attempts, 20) - 1);
        return (delay < MaxDelay ? delay : MaxDelay) * (0.75 + (jitter / 2));
    }
}
