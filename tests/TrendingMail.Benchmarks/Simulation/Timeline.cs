namespace TrendingMail.Benchmarks.Simulation;

/// <summary>Time that goes from event to event. What falls on one instant happens in the order in which it was asked for.</summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Action, (double At, long Order)> events = new();
    private long asked;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    /// <summary>Does something some seconds from now.</summary>
    public void After(double seconds, Action action) => events.Enqueue(action, (Now + seconds, asked++));

    /// <summary>Runs until nothing is left to happen, a condition holds, or a time has come.</summary>
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
