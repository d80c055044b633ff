namespace TrendingMail.Benchmarks.Simulation;

/// <summary>A mail provider.</summary>
/// <param name="Share">Of the readers.</param>
/// <param name="Allowed">Messages a second that it takes from us; it defers what is more. 0 for all.</param>
/// <param name="Configured">Messages a second that <c>Delivery:Domains</c> allows; 0 for no such setting.</param>
internal sealed record Provider(double Share, double Allowed = 0, double Configured = 0);

/// <summary>Readers who become due together.</summary>
/// <param name="Minute">Since the start.</param>
internal sealed record Wave(int Minute, double Share);

/// <summary>What is simulated.</summary>
internal sealed record Scenario
{
    public int Nodes { get; init; } = 1;

    /// <summary>Connections of each node.</summary>
    public int Lanes { get; init; } = 8;

    public int Readers { get; init; } = 100_000;

    /// <summary>Cores of each node's machine; of the only one, where <see cref="IsOneMachine"/>.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>Whether nodes, database and relay share one machine's cores.</summary>
    public bool IsOneMachine { get; init; } = true;

    /// <summary>Processes of others that want a core of that one machine all the time.</summary>
    public double Others { get; init; }

    public int DatabaseCores { get; init; } = 8;

    public int RelayCores { get; init; } = 8;

    public IReadOnlyList<Provider> Providers { get; init; } = [new Provider(1)];

    public IReadOnlyList<Wave> Waves { get; init; } = [new Wave(0, 1)];

    /// <summary>How often a node dies, over all of them, in seconds on average; 0 for never.</summary>
    public double DeathEvery { get; init; }

    /// <summary>Seconds until what a dead node had in hand is taken up: its start on the same machine, or the lease elsewhere.</summary>
    public double RecoveryAfter { get; init; } = 900;

    /// <summary>Seconds until a dead node is back.</summary>
    public double RestartAfter { get; init; } = 5;

    public int Seed { get; init; } = 1;

    /// <summary>
    /// The waves of a day in which each zone's readers are due at the same times of their own day, merged by the minute.
    /// </summary>
    /// <param name="zones">Hours east of UTC, and the share of the readers.</param>
    /// <param name="times">Minutes since midnight, and the share of each zone's readers.</param>
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
