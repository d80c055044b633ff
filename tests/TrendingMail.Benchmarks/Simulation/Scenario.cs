namespace TrendingMail.Benchmarks.Simulation;

/// <summary>A mailbox provider.</summary>
/// <param name="Share">Its share of the subscribers.</param>
/// <param name="Allowed">Messages per second that it accepts from us; it defers the rest. 0 for no limit.</param>
/// <param name="Configured">Messages per second that <c>Delivery:Domains</c> allows; 0 if not configured.</param>
internal sealed record Provider(double Share, double Allowed = 0, double Configured = 0);

/// <summary>Subscribers who become due together.</summary>
/// <param name="Minute">Minutes since the start.</param>
internal sealed record Wave(int Minute, double Share);

/// <summary>The parameters of a simulation.</summary>
internal sealed record Scenario
{
    public int Nodes { get; init; } = 1;

    /// <summary>Connections per node.</summary>
    public int Connections { get; init; } = 8;

    public int Subscribers { get; init; } = 100_000;

    /// <summary>Cores per node, or of the single machine if <see cref="IsOneMachine"/>.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>Whether nodes, database and relay share one machine's cores.</summary>
    public bool IsOneMachine { get; init; } = true;

    /// <summary>Unrelated processes that constantly compete for a core of the single machine.</summary>
    public double CompetingProcesses { get; init; }

    public int DatabaseCores { get; init; } = 8;

    public int RelayCores { get; init; } = 8;

    public IReadOnlyList<Provider> Providers { get; init; } = [new Provider(1)];

    public IReadOnlyList<Wave> Waves { get; init; } = [new Wave(0, 1)];

    /// <summary>Mean time between node crashes, over all nodes, in seconds; 0 for none.</summary>
    public double CrashInterval { get; init; }

    /// <summary>
    /// Seconds until a crashed node's claims are released: by its restart on the same machine, or by lease expiry.
    /// </summary>
    public double RecoveryAfter { get; init; } = 900;

    /// <summary>Seconds until a crashed node has restarted.</summary>
    public double RestartAfter { get; init; } = 5;

    public int Seed { get; init; } = 1;

    /// <summary>
    /// The waves of a day on which subscribers of all time zones are due at the same local times, merged by minute.
    /// </summary>
    /// <param name="zones">Hours east of UTC, and the share of the subscribers.</param>
    /// <param name="times">Local minutes since midnight, and the share of each zone's subscribers.</param>
    public static IReadOnlyList<Wave> ByZone(
        IEnumerable<(double Offset, double Share)> zones, IReadOnlyList<(int Minute, double Share)> times) =>
    [
        .. from zone in zones
           from time in times
           let minute = (((time.Minute - (int)(zone.Offset * 60)) % 1440) + 1440) % 1440
           group zone.Share * time.Share by minute into wave
           orderby wave.Key
           select new Wave(wave.Key, wave.Sum()),
    ];
}
