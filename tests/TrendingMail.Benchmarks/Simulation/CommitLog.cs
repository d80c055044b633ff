namespace TrendingMail.Benchmarks.Simulation;

/// <summary>The database's log: all transactions that end while it is being flushed go out with the next flush.</summary>
/// <param name="flush">Seconds of a flush, whatever it holds.</param>
/// <param name="bytesPerSecond">What the disk writes.</param>
internal sealed class CommitLog(Timeline timeline, double flush, double bytesPerSecond)
{
    private List<Action> waiting = [];
    private double waitingBytes;
    private bool isFlushing;

    public double BusySeconds { get; private set; }

    public double Bytes { get; private set; }

    public int Flushes { get; private set; }

    public void Commit(double bytes, Action durable)
    {
        waiting.Add(durable);
        waitingBytes += bytes;
        if (!isFlushing)
        {
            Flush();
        }
    }

    private void Flush()
    {
        var (batch, seconds) = (waiting, flush + (waitingBytes / bytesPerSecond));
        Bytes += waitingBytes;
        (waiting, waitingBytes, isFlushing) = ([], 0, true);
        Flushes++;
        BusySeconds += seconds;
        timeline.After(seconds, () =>
        {
            isFlushing = false;
            batch.ForEach(durable => durable());
            if (waiting.Count > 0 && !isFlushing)
            {
                Flush();
            }
        });
    }
}
