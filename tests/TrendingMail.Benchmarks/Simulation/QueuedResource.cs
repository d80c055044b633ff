namespace TrendingMail.Benchmarks.Simulation;

/// <summary>A resource with a fixed number of servers and a first-in, first-out queue, such as a lock.</summary>
internal sealed class QueuedResource(Timeline timeline, string name, int servers)
{
    private readonly Queue<Action> waiting = new();
    private int busy;
    private double changedAt;
    private double busySeconds;

    public string Name => name;

    /// <summary>Total busy time of all servers in seconds.</summary>
    public double BusySeconds => busySeconds + (busy * (timeline.Now - changedAt));

    /// <summary>The fraction of time in use so far.</summary>
    public double Utilization => BusySeconds / (servers * timeline.Now);

    /// <summary>Occupies a server for some seconds, as soon as one is free.</summary>
    public void Use(double seconds, Action done) => Acquire(() => timeline.After(seconds, () =>
    {
        Release();
        done();
    }));

    /// <summary>Occupies a server until <see cref="Release"/>.</summary>
    public void Acquire(Action granted)
    {
        if (busy == servers)
        {
            waiting.Enqueue(granted);
            return;
        }

        Accumulate();
        busy++;
        granted();
    }

    public void Release()
    {
        if (waiting.TryDequeue(out var next))
        {
            next();
            return;
        }

        Accumulate();
        busy--;
    }

    private void Accumulate()
    {
        busySeconds += busy * (timeline.Now - changedAt);
        changedAt = timeline.Now;
    }
}
