namespace TrendingMail.Benchmarks.Simulation;

/// <summary>CPU cores under processor sharing: all jobs run at the same speed, each on at most one core.</summary>
/// <param name="count">The number of cores.</param>
/// <param name="others">The number of unrelated processes that constantly compete for a core.</param>
internal sealed class Cores(Timeline timeline, string name, int count, double others = 0)
{
    /// <summary>
    /// Ordered by the service level at which each job ends: all are served equally, so the order never changes.
    /// </summary>
    private readonly PriorityQueue<Action, (double End, long Order)> jobs = new();
    private double servedSeconds;
    private double updatedAt;
    private double busySeconds;
    private double othersSeconds;
    private long sequence;
    private long planVersion;

    public string Name => name;

    /// <summary>CPU time used by the simulated jobs.</summary>
    public double BusySeconds => busySeconds + (jobs.Count * Speed * (timeline.Now - updatedAt));

    /// <summary>CPU time used by unrelated processes.</summary>
    public double OthersSeconds => othersSeconds + (others * Speed * (timeline.Now - updatedAt));

    /// <summary>The fraction of time in use so far.</summary>
    public double Utilization => BusySeconds / (count * timeline.Now);

    /// <summary>The fraction of a core that each job gets.</summary>
    private double Speed => Math.Min(1, count / (jobs.Count + others));

    /// <summary>Runs a job that needs some seconds of CPU time.</summary>
    public void Use(double seconds, Action done)
    {
        Update();
        jobs.Enqueue(done, (servedSeconds + seconds, sequence++));
        ScheduleCompletion();
    }

    private void Update()
    {
        var speed = jobs.Count == 0 ? 0 : Speed;
        busySeconds += jobs.Count * speed * (timeline.Now - updatedAt);
        othersSeconds += others * Speed * (timeline.Now - updatedAt);
        servedSeconds += speed * (timeline.Now - updatedAt);
        updatedAt = timeline.Now;
    }

    private void ScheduleCompletion()
    {
        var version = ++planVersion;
        if (jobs.TryPeek(out _, out var next))
        {
            timeline.After(Math.Max(0, (next.End - servedSeconds) / Speed), () =>
            {
                if (version == planVersion)
                {
                    Complete();
                }
            });
        }
    }

    private void Complete()
    {
        Update();

        // The first job is done by definition, whatever rounding errors have accumulated.
        jobs.TryPeek(out _, out var first);
        servedSeconds = Math.Max(servedSeconds, first.End);
        var done = new List<Action>();
        while (jobs.TryPeek(out var job, out var next) && next.End <= servedSeconds)
        {
            jobs.Dequeue();
            done.Add(job);
        }

        ScheduleCompletion();
        done.ForEach(job => job());
    }
}
