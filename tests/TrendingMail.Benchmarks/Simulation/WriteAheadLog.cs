namespace TrendingMail.Benchmarks.Simulation;

/// <summary>A write-ahead log with group commit: transactions that commit during a flush share the next one.</summary>
/// <param name="flush">Fixed cost of a flush in seconds.</param>
/// <param name="bytesPerSecond">Write throughput of the disk.</param>
internal sealed class WriteAheadLog(Timeline timeline, double flush, double bytesPerSecond)
{
    private List<Action> waiting = [];
    private double waitingBytes;
    private bool isFlushing;

    public double BusySeconds { get; private set; }

    public double Bytes { get; private set; }

    public int Flushes { get; private set; }

    public void Commit(double bytes, Action onDurable)
    {
        waiting.Add(onDurable);
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
