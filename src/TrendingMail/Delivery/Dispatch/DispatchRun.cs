namespace TrendingMail.Delivery.Dispatch;

/// <summary>The state that the workers of one run share.</summary>
internal sealed class DispatchRun : IDisposable
{
    /// <summary>How often a worker checks for its server while it is unavailable.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource end;
    private readonly TimeProvider clock;
    private readonly IProgress<int>? progress;
    private readonly int workerCount;
    private int waiting;
    private int handled;
    private OutcomeCounts outcomes;

    public DispatchRun(
        ClaimPrefetcher claims, int workerCount, IProgress<int>? progress, TimeProvider clock, CancellationToken stop)
    {
        Claims = claims;
        this.workerCount = workerCount;
        this.progress = progress;
        this.clock = clock;
        end = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    public ClaimPrefetcher Claims { get; }

    public int Handled => handled;

    /// <summary>Cancelled when nothing is left to do or a stop was requested, to release workers that wait.</summary>
    public CancellationToken Ended => end.Token;

    public string? UnreachableReason { get; private set; }

    /// <summary>When the first of the postponed deliveries may be sent; null if there is none.</summary>
    public DateTimeOffset? ThrottledUntil { get; private set; }

    public void CountHandled()
    {
        var count = Interlocked.Increment(ref handled);
        progress?.Report(count);
    }

    /// <summary>The outcomes recorded so far.</summary>
    public OutcomeCounts Outcomes
    {
        get
        {
            lock (end)
            {
                return outcomes;
            }
        }
    }

    public void CountOutcome(DeliveryState state)
    {
        lock (end)
        {
            outcomes += OutcomeCounts.One(state);
        }
    }

    /// <summary>Records that a delivery was postponed by its domain's throttle.</summary>
    public void RecordThrottled(DateTimeOffset notBefore)
    {
        lock (end)
        {
            ThrottledUntil = ThrottledUntil < notBefore ? ThrottledUntil : notBefore;
        }
    }

    /// <summary>Ends the run because nothing is left to do.</summary>
    public void End() => end.Cancel();

    /// <summary>Makes a worker wait for its server while others continue. Ends the run if all workers wait.</summary>
    /// <returns>False if the run has ended.</returns>
    public async Task<bool> WaitForServerAsync(string reason)
    {
        UnreachableReason = reason;
        if (Interlocked.Increment(ref waiting) == workerCount)
        {
            await end.CancelAsync();
        }

        await Task.Delay(RetryInterval, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref waiting);
        return !end.IsCancellationRequested;
    }

    public void Dispose() => end.Dispose();
}
