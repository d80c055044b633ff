using System.Text.Json;

namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// How long things take: microseconds, of a processor where nothing else is said. The defaults are what <c>nodes</c>, <c>plan</c>
/// and <c>claims</c> tell of two cores that nodes, PostgreSQL and relay share; docs/scaling.md says how each was found.
/// </summary>
internal sealed record ServiceTimes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Of the program: choosing, composing and handing over a message.</summary>
    public double ProgramMessage { get; init; } = 205;

    /// <summary>Of the program: a transaction of outcomes, whatever it holds.</summary>
    public double ProgramTransaction { get; init; } = 245;

    /// <summary>Of PostgreSQL: a mark or an outcome; each message has one of both.</summary>
    public double DatabaseEntry { get; init; } = 54;

    /// <summary>Of PostgreSQL: a transaction of outcomes, whatever it holds.</summary>
    public double DatabaseTransaction { get; init; } = 219;

    /// <summary>Of PostgreSQL: claiming, a transaction.</summary>
    public double ClaimTransaction { get; init; } = 1600;

    /// <summary>Of PostgreSQL: claiming, a delivery.</summary>
    public double ClaimDelivery { get; init; } = 13;

    /// <summary>Of the program: queueing a digest.</summary>
    public double PlanProgram { get; init; } = 13;

    /// <summary>Of PostgreSQL: queueing a digest and setting the reader's next hour.</summary>
    public double PlanDatabase { get; init; } = 15;

    /// <summary>Which part of a slice's time the planner holds the row of the mailing's counts.</summary>
    public double PlanHoldsCounts { get; init; } = 0.02;

    /// <summary>Of the relay: taking a message.</summary>
    public double RelayMessage { get; init; } = 142;

    /// <summary>Waiting, no processor: the network and the relay's disk, of one message's dialogue.</summary>
    public double Dialogue { get; init; } = 100;

    /// <summary>By which part of it a dialogue is shorter or longer, evenly spread.</summary>
    public double DialogueSpread { get; init; } = 0.2;

    /// <summary>Waiting: from the program to the database and back.</summary>
    public double RoundTrip { get; init; } = 60;

    /// <summary>Round trips of a transaction of outcomes before the one that changes the mailing's counts.</summary>
    public double RoundTrips { get; init; } = 2;

    /// <summary>Waiting: a flush of the log.</summary>
    public double Flush { get; init; } = 120;

    /// <summary>Bytes of log of a message, from its queueing to its end.</summary>
    public double LogBytes { get; init; } = 2030;

    /// <summary>Bytes a second that the log's disk writes.</summary>
    public double DiskBytes { get; init; } = 200e6;

    /// <summary>The defaults, with what a file says instead.</summary>
    public static ServiceTimes Read(string? file) =>
        file is null ? new() : JsonSerializer.Deserialize<ServiceTimes>(File.ReadAllText(file), Json)!;
}
