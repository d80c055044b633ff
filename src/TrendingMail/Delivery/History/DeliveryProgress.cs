using System.Globalization;

namespace TrendingMail.Delivery.History;

/// <summary>The progress of deliveries since a starting point, and their rate.</summary>
public sealed class DeliveryProgress
{
    /// <summary>The period over which the rate is measured.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(DateTimeOffset At, long Ended)> samples = new();
    private readonly MailingStatus start;
    private MailingStatus now;

    public DeliveryProgress(MailingStatus start, DateTimeOffset startedAt)
    {
        this.start = now = start;
        samples.Enqueue((startedAt, Ended(start)));
    }

    public long Sent => now.Sent - start.Sent;

    public long Failed => now.Failed - start.Failed;

    public long Skipped => now.Skipped - start.Skipped;

    public long Deferred => now.Deferred;

    public long Uncertain => now.Uncertain;

    /// <summary>Queued or in flight. Deferred deliveries are not included: they wait for their next attempt.</summary>
    public long Remaining => now.Queued + now.Sending;

    /// <summary>Deliveries per second that ended or were deferred.</summary>
    public double Rate { get; private set; }

    /// <summary>The estimated time for the remaining deliveries; null if it is unknown.</summary>
    public TimeSpan? TimeLeft =>
        Remaining == 0 ? TimeSpan.Zero : Rate > 0 ? TimeSpan.FromSeconds(Math.Min(Remaining / Rate, 8.64e7)) : null;

    /// <summary>Adds a sample.</summary>
    public void Update(MailingStatus status, DateTimeOffset at)
    {
        now = status;
        samples.Enqueue((at, Ended(status)));
        while (samples.Count > 2 && at - samples.Peek().At > Window)
        {
            samples.Dequeue();
        }

        var (since, ended) = samples.Peek();
        Rate = at > since ? Math.Max(0, (Ended(status) - ended) / (at - since).TotalSeconds) : 0;
    }

    /// <summary>
    /// For example <c>1,200 sent, 400 a second, 3 deferred, 1 failed, 8,800 to go, about 0:00:22 left</c>.
    /// </summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Sent:N0} sent, {Rate:N0} a second, {Deferred:N0} deferred, {Failed:N0} failed, {Remaining:N0} to go") +
        (Remaining > 0 && TimeLeft is { } left
            ? string.Create(CultureInfo.InvariantCulture, $", about {left:h\\:mm\\:ss} left") : "");

    private static long Ended(MailingStatus status) =>
        status.Sent + status.Failed + status.Skipped + status.Deferred + status.Uncertain;
}
