using System.Text.Json;

namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// Service times in microseconds, of CPU time unless stated otherwise. The defaults were measured with the benchmarks
/// <c>nodes</c>, <c>plan</c> and <c>claims</c> on two cores shared by nodes, PostgreSQL and relay; see docs/scaling.md.
/// </summary>
internal sealed record ServiceTimes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Node: selecting, composing and sending a message.</summary>
    public double NodeMessage { get; init; } = 205;

    /// <summary>Node: fixed cost of a transaction of state changes.</summary>
    public double NodeTransaction { get; init; } = 245;

    /// <summary>PostgreSQL: a state change; each message has two, the mark and the outcome.</summary>
    public double DatabaseStateChange { get; init; } = 54;

    /// <summary>PostgreSQL: fixed cost of a transaction of state changes.</summary>
    public double DatabaseTransaction { get; init; } = 219;

    /// <summary>PostgreSQL: fixed cost of a claim.</summary>
    public double ClaimTransaction { get; init; } = 1600;

    /// <summary>PostgreSQL: cost of a claim per delivery.</summary>
    public double ClaimDelivery { get; init; } = 13;

    /// <summary>Node: queueing a digest.</summary>
    public double PlanNode { get; init; } = 13;

    /// <summary>PostgreSQL: queueing a digest and setting the subscriber's next due time.</summary>
    public double PlanDatabase { get; init; } = 15;

    /// <summary>The fraction of a planning batch during which the planner locks the mailing's counters.</summary>
    public double PlanCounterLockFraction { get; init; } = 0.02;

    /// <summary>Relay: accepting a message.</summary>
    public double RelayMessage { get; init; } = 142;

    /// <summary>Latency: network and relay disk, for one message's SMTP dialogue.</summary>
    public double Dialogue { get; init; } = 100;

    /// <summary>By which fraction a dialogue's latency varies, uniformly distributed.</summary>
    public double DialogueSpread { get; init; } = 0.2;

    /// <summary>Latency: a round trip from a node to the database.</summary>
    public double RoundTrip { get; init; } = 60;

    /// <summary>
    /// Round trips of a transaction of state changes before the one that updates the mailing's counters.
    /// </summary>
    public double RoundTrips { get; init; } = 2;

    /// <summary>Latency: a flush of the write-ahead log.</summary>
    public double Flush { get; init; } = 120;

    /// <summary>Write-ahead log per message in bytes, from queueing to the outcome.</summary>
    public double WalBytes { get; init; } = 2030;

    /// <summary>Write throughput of the log's disk in bytes per second.</summary>
    public double DiskBytesPerSecond { get; init; } = 200e6;

    /// <summary>Reads service times from a JSON file; missing ones keep their defaults.</summary>
    public static ServiceTimes Read(string? file) =>
        file is null ? new() : JsonSerializer.Deserialize<ServiceTimes>(File.ReadAllText(file), Json)!;
}
