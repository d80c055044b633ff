using System.Globalization;

namespace TrendingMail.Delivery;

/// <summary>How far deliveries have come since someone began to look, and how fast they come on.</summary>
public sealed class DeliveryProgress
{
    /// <summary>The rate is that of the last while: how fast it went an hour ago says little.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(DateTimeOffset At, long Ended)> looks = new();
    private readonly MailingStatus start;
    private MailingStatus now;

    public DeliveryProgress(MailingStatus start, DateTimeOffset startedAt)
    {
        this.start = now = start;
        looks.Enqueue((startedAt, Ended(start)));
    }

    public long Sent => now.Sent - start.Sent;

    public long Failed => now.Failed - start.Failed;

    public long Skipped => now.Skipped - start.Skipped;

    public long Deferred => now.Deferred;

    public long Uncertain => now.Uncertain;

    /// <summary>Queued or in flight; what is deferred waits for its hour.</summary>
    public long Remaining => now.Queued + now.Sending;

    /// <summary>Deliveries a second that came to an end or were deferred.</summary>
    public double Rate { get; private set; }

    /// <summary>How long what remains takes at this rate; null where it cannot be told.</summary>
    public TimeSpan? Left => Remaining == 0 ? TimeSpan.Zero : Rate > 0 ? TimeSpan.FromSeconds(Math.Min(Remaining / Rate, 8.64e7)) : null;

    /// <summary>Takes in how things stand at an instant.</summary>
    public void Look(MailingStatus status, DateTimeOffset at)
    {
        now = status;
        looks.Enqueue((at, Ended(status)));
        while (looks.Count > 2 && at - looks.Peek().At > Window)
        {
            looks.Dequeue();
        }

        var (since, ended) = looks.Peek();
        Rate = at > since ? Math.Max(0, (Ended(status) - ended) / (at - since).TotalSeconds) : 0;
    }

    /// <summary>Such as <c>1,200 sent, 400 a second, 3 deferred, 1 failed, 8,800 to go, about 0:00:22 left</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Sent:N0} sent, {Rate:N0} a second, {Deferred:N0} deferred, {Failed:N0} failed, {Remaining:N0} to go") +
        (Remaining > 0 && Left is { } left ? string.Create(CultureInfo.InvariantCulture, $", about {left:h\\:mm\\:ss} left") : "");

    private static long Ended(MailingStatus status) =>
        status.Sent + status.Failed + status.Skipped + status.Deferred + status.Uncertain;
}
