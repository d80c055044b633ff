namespace TrendingMail.Benchmarks.Simulation;

/// <summary>Processors that all who want one share evenly, as an operating system lets them, each at most one at a time.</summary>
/// <param name="count">How many there are.</param>
/// <param name="others">How many want one all the time beside what is simulated.</param>
internal sealed class Cores(Timeline timeline, string name, int count, double others = 0)
{
    /// <summary>By the time that each will have been served when it is done: all are served equally, so the order stays.</summary>
    private readonly PriorityQueue<Action, (double End, long Order)> jobs = new();
    private double served;
    private double lookedAt;
    private double used;
    private double usedByOthers;
    private long asked;
    private long plan;

    public string Name => name;

    /// <summary>The processor time that was used.</summary>
    public double BusySeconds => used + (jobs.Count * Speed * (timeline.Now - lookedAt));

    /// <summary>The processor time that the others used.</summary>
    public double OthersSeconds => usedByOthers + (others * Speed * (timeline.Now - lookedAt));

    /// <summary>Of the time so far.</summary>
    public double Utilisation => BusySeconds / (count * timeline.Now);

    /// <summary>The part of a processor that each one who wants one has.</summary>
    private double Speed => Math.Min(1, count / (jobs.Count + others));

    /// <summary>Works for some seconds of a processor's time.</summary>
    public void Use(double seconds, Action done)
    {
        Look();
        jobs.Enqueue(done, (served + seconds, asked++));
        Plan();
    }

    private void Look()
    {
        var speed = jobs.Count == 0 ? 0 : Speed;
        used += jobs.Count * speed * (timeline.Now - lookedAt);
        usedByOthers += others * Speed * (timeline.Now - lookedAt);
        served += speed * (timeline.Now - lookedAt);
        lookedAt = timeline.Now;
    }

    private void Plan()
    {
        var own = ++plan;
        if (jobs.TryPeek(out _, out var next))
        {
            timeline.After(Math.Max(0, (next.End - served) / Speed), () =>
            {
                if (own == plan)
                {
                    Finish();
                }
            });
        }
    }

    private void Finish()
    {
        Look();

        // The first one is done now, however the sums of small times were rounded.
        jobs.TryPeek(out _, out var first);
        served = Math.Max(served, first.End);
        var done = new List<Action>();
        while (jobs.TryPeek(out var job, out var next) && next.End <= served)
        {
            jobs.Dequeue();
            done.Add(job);
        }

        Plan();
        done.ForEach(job => job());
    }
}
