namespace TrendingMail.Delivery;

/// <summary>What the lanes of one run share.</summary>
internal sealed class DrainRun : IDisposable
{
    /// <summary>How often a lane whose server is away asks for it again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource end;
    private readonly TimeProvider clock;
    private readonly IProgress<int>? progress;
    private readonly int lanes;
    private int resting;
    private int handled;

    public DrainRun(ClaimAhead claims, int lanes, IProgress<int>? progress, TimeProvider clock, CancellationToken stop)
    {
        Claims = claims;
        this.lanes = lanes;
        this.progress = progress;
        this.clock = clock;
        end = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    public ClaimAhead Claims { get; }

    public int Handled => handled;

    /// <summary>Set when nothing is left to do, or the program is to stop: lanes that wait for their turn need not.</summary>
    public CancellationToken Over => end.Token;

    public string? Unreachable { get; private set; }

    /// <summary>When the first of those has its turn that were put off; null where none was.</summary>
    public DateTimeOffset? NextTurn { get; private set; }

    public void Count()
    {
        var count = Interlocked.Increment(ref handled);
        progress?.Report(count);
    }

    /// <summary>A delivery was put off.</summary>
    public void PutOff(DateTimeOffset turn)
    {
        lock (end)
        {
            NextTurn = NextTurn < turn ? NextTurn : turn;
        }
    }

    /// <summary>Nothing is left to do: lanes that rest need not wait for their server.</summary>
    public void End() => end.Cancel();

    /// <summary>A lane waits for its server while others work.</summary>
    /// <returns>False where all lanes wait, or nothing is left to do.</returns>
    public async Task<bool> RestAsync(string reason)
    {
        Unreachable = reason;
        if (Interlocked.Increment(ref resting) == lanes)
        {
            await end.CancelAsync();
        }

        await Task.Delay(Rest, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref resting);
        return !end.IsCancellationRequested;
    }

    public void Dispose() => end.Dispose();
}
