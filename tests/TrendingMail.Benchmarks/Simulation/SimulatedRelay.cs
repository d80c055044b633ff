namespace TrendingMail.Benchmarks.Simulation;

/// <summary>Where all mail goes, and what the providers behind it say.</summary>
internal sealed class SimulatedRelay(Timeline timeline, Cores cores, ServiceTimes times, IReadOnlyList<Provider> providers, Random random)
{
    /// <summary>Seconds' worth of messages that a provider takes at once.</summary>
    private const double Burst = 1;

    private readonly double[] allowance = [.. providers.Select(provider => provider.Allowed * Burst)];
    private readonly double[] seen = new double[providers.Count];

    /// <summary>Processor time so far.</summary>
    public double Seconds { get; private set; }

    public int Deferrals { get; private set; }

    /// <summary>A message's dialogue.</summary>
    /// <param name="answered">Told whether it was taken.</param>
    public void Send(int provider, Action<bool> answered)
    {
        Seconds += times.RelayMessage * 1e-6;
        var waiting = times.Dialogue * (1 + (times.DialogueSpread * ((2 * random.NextDouble()) - 1)));
        cores.Use(times.RelayMessage * 1e-6, () => timeline.After(waiting * 1e-6, () => answered(Takes(provider))));
    }

    private bool Takes(int provider)
    {
        var rate = providers[provider].Allowed;
        if (rate == 0)
        {
            return true;
        }

        allowance[provider] = Math.Min(
            Math.Max(rate * Burst, 1), allowance[provider] + (rate * (timeline.Now - seen[provider])));
        seen[provider] = timeline.Now;
        if (allowance[provider] < 1)
        {
            Deferrals++;
            return false;
        }

        allowance[provider]--;
        return true;
    }
}
