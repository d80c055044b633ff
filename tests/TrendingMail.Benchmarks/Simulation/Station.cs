namespace TrendingMail.Benchmarks.Simulation;

/// <summary>Something of which there are a few, or one, and that is waited for in order: a lock.</summary>
internal sealed class Station(Timeline timeline, string name, int servers)
{
    private readonly Queue<Action> waiting = new();
    private int taken;
    private double changedAt;
    private double used;

    public string Name => name;

    /// <summary>The seconds for which each of them was taken, together.</summary>
    public double BusySeconds => used + (taken * (timeline.Now - changedAt));

    /// <summary>Of the time so far.</summary>
    public double Utilisation => BusySeconds / (servers * timeline.Now);

    /// <summary>Takes one for some seconds, as soon as one is free.</summary>
    public void Use(double seconds, Action done) => Enter(() => timeline.After(seconds, () =>
    {
        Leave();
        done();
    }));

    /// <summary>Takes one until <see cref="Leave"/>.</summary>
    public void Enter(Action granted)
    {
        if (taken == servers)
        {
            waiting.Enqueue(granted);
            return;
        }

        Account();
        taken++;
        granted();
    }

    public void Leave()
    {
        if (waiting.TryDequeue(out var next))
        {
            next();
            return;
        }

        Account();
        taken--;
    }

    private void Account()
    {
        used += taken * (timeline.Now - changedAt);
        changedAt = timeline.Now;
    }
}
