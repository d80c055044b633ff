namespace TrendingMail.Benchmarks.Simulation;

/// <summary>A discrete-event clock. Events at the same instant run in the order in which they were scheduled.</summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Action, (double At, long Order)> events = new();
    private long sequence;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    /// <summary>Schedules an action some seconds from now.</summary>
    public void After(double seconds, Action action) => events.Enqueue(action, (Now + seconds, sequence++));

    /// <summary>Runs until no events are left, a condition holds or a time is reached.</summary>
    public void Run(Func<bool> isOver, double until = double.PositiveInfinity)
    {
        while (!isOver() && events.TryPeek(out _, out var next) && next.At <= until)
        {
            var action = events.Dequeue();
            Now = next.At;
            action();
        }
    }
}
