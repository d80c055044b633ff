namespace TrendingMail.Benchmarks.Simulation;

/// <summary>The relay that receives all mail, and the responses of the providers behind it.</summary>
internal sealed class SimulatedRelay(
    Timeline timeline, Cores cores, ServiceTimes times, IReadOnlyList<Provider> providers, Random random)
{
    /// <summary>The burst that a provider accepts, in seconds of its rate.</summary>
    private const double Burst = 1;

    private readonly double[] tokens = [.. providers.Select(provider => provider.Allowed * Burst)];
    private readonly double[] refilledAt = new double[providers.Count];

    /// <summary>CPU time used so far.</summary>
    public double CpuSeconds { get; private set; }

    public int Deferrals { get; private set; }

    /// <summary>Simulates the SMTP dialogue for a message.</summary>
    /// <param name="onReply">Called with whether the message was accepted.</param>
    public void Send(int provider, Action<bool> onReply)
    {
        CpuSeconds += times.RelayMessage * 1e-6;
        var latency = times.Dialogue * (1 + (times.DialogueSpread * ((2 * random.NextDouble()) - 1)));
        cores.Use(times.RelayMessage * 1e-6, () => timeline.After(latency * 1e-6, () => onReply(TryAccept(provider))));
    }

    private bool TryAccept(int provider)
    {
        var rate = providers[provider].Allowed;
        if (rate == 0)
        {
            return true;
        }

        tokens[provider] = Math.Min(
            Math.Max(rate * Burst, 1), tokens[provider] + (rate * (timeline.Now - refilledAt[provider])));
        refilledAt[provider] = timeline.Now;
        if (tokens[provider] < 1)
        {
            Deferrals++;
            return false;
        }

        tokens[provider]--;
        return true;
    }
}
