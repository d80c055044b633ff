namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// How fast a provider gets mail from all nodes together, as the program's DomainPaces have it: slices of about a second with so
/// many turns each, half of the pace after a deferral, a step more while mail is taken. Who has no turn gets a place in a later slice.
/// </summary>
/// <param name="configured">Messages a second that the settings allow; 0 where they say nothing.</param>
internal sealed class SimulatedPace(Timeline timeline, double configured, Random random)
{
    private const double FirstRate = 4, LowestRate = 0.2, Step = 0.5, FreeRate = 20, Period = 10, Farthest = 900;

    private double? found;
    private double decidedAt = double.NegativeInfinity;
    private double nextSlice = double.NegativeInfinity;
    private double place = double.NegativeInfinity;
    private int left;
    private int placed;

    /// <summary>Messages a second; null where nothing holds the provider back.</summary>
    public double? Rate => configured == 0 ? found : Math.Min(found ?? configured, configured);

    /// <summary>Seconds until the next message may leave; null for now. Takes that turn.</summary>
    public double? Turn()
    {
        if (Rate is not { } rate)
        {
            return null;
        }

        var turns = Math.Max(1, (int)rate);
        var length = turns / rate;
        if (timeline.Now >= nextSlice)
        {
            // Who comes a little late does not shift the slices that follow.
            nextSlice = (timeline.Now - nextSlice < length / 4 ? nextSlice : timeline.Now) + length;
            left = turns;
        }

        if (left > 0)
        {
            left--;
            return null;
        }

        (place, placed) = place < nextSlice ? (nextSlice, 1) : placed < turns ? (place, placed + 1) : (place + length, 1);
        var wait = place - timeline.Now;
        return wait > Farthest ? Farthest * (0.5 + (random.NextDouble() / 2)) : wait;
    }

    public void Accepted()
    {
        if (found is { } rate && timeline.Now - decidedAt >= Period)
        {
            var top = configured == 0 ? FreeRate : configured;
            (found, decidedAt) = (rate + Step < top ? rate + Step : null, timeline.Now);
        }
    }

    public void Deferred()
    {
        if (timeline.Now - decidedAt >= Period)
        {
            var before = Rate ?? FirstRate;
            (found, decidedAt) = (Math.Max(before / 2, LowestRate), timeline.Now);
        }
    }
}
