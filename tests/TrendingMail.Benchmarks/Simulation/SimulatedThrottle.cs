namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// The rate at which all nodes together send to a provider, modelled on DomainThrottles: time slots of about a second
/// with a number of permits each. A deferral halves the rate, accepted mail raises it by a step. A message without a
/// permit is assigned to a later slot.
/// </summary>
/// <param name="configured">Messages per second that the settings allow; 0 if not configured.</param>
internal sealed class SimulatedThrottle(Timeline timeline, double configured, Random random)
{
    private const double FirstRate = 4, LowestRate = 0.2, RateStep = 0.5, UnlimitedRate = 20, AdjustmentInterval = 10,
        MaximumDelay = 900;

    private double? learnedRate;
    private double adjustedAt = double.NegativeInfinity;
    private double nextSlot = double.NegativeInfinity;
    private double assignedSlot = double.NegativeInfinity;
    private int permitsLeft;
    private int assignedInSlot;

    /// <summary>Messages per second; null if unlimited.</summary>
    public double? Rate => configured == 0 ? learnedRate : Math.Min(learnedRate ?? configured, configured);

    /// <summary>Acquires a permit. Returns the seconds until it is valid; null for now.</summary>
    public double? Acquire()
    {
        if (Rate is not { } rate)
        {
            return null;
        }

        var permits = Math.Max(1, (int)rate);
        var slotLength = permits / rate;
        if (timeline.Now >= nextSlot)
        {
            // A slot that starts slightly late does not shift the ones that follow.
            nextSlot = (timeline.Now - nextSlot < slotLength / 4 ? nextSlot : timeline.Now) + slotLength;
            permitsLeft = permits;
        }

        if (permitsLeft > 0)
        {
            permitsLeft--;
            return null;
        }

        (assignedSlot, assignedInSlot) = assignedSlot < nextSlot ? (nextSlot, 1) : assignedInSlot < permits
            ? (assignedSlot, assignedInSlot + 1) : (assignedSlot + slotLength, 1);
        var wait = assignedSlot - timeline.Now;
        return wait > MaximumDelay ? MaximumDelay * (0.5 + (random.NextDouble() / 2)) : wait;
    }

    public void Accepted()
    {
        if (learnedRate is { } rate && timeline.Now - adjustedAt >= AdjustmentInterval)
        {
            var ceiling = configured == 0 ? UnlimitedRate : configured;
            (learnedRate, adjustedAt) = (rate + RateStep < ceiling ? rate + RateStep : null, timeline.Now);
        }
    }

    public void Deferred()
    {
        if (timeline.Now - adjustedAt >= AdjustmentInterval)
        {
            var before = Rate ?? FirstRate;
            (learnedRate, adjustedAt) = (Math.Max(before / 2, LowestRate), timeline.Now);
        }
    }
}
