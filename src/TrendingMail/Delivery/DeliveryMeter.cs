using System.Diagnostics.Metrics;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>What whoever watches over the program can count and time.</summary>
public static class DeliveryMeter
{
    public const string Name = "TrendingMail.Delivery";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "trendingmail.deliveries", "{delivery}", "What came of attempts to deliver, by state");

    private static readonly UpDownCounter<int> InFlight = Meter.CreateUpDownCounter<int>(
        "trendingmail.deliveries.in_flight", "{delivery}", "Messages that are being handed over");

    private static readonly Gauge<long> Waiting = Meter.CreateGauge<long>(
        "trendingmail.deliveries.waiting", "{delivery}", "Deliveries that are still to be made, by state");

    private static readonly Histogram<double> Exchange = Meter.CreateHistogram(
        "trendingmail.smtp.exchange.duration", "s", "The time from a message's first command to the server's last word",
        advice: Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300));

    private static readonly UpDownCounter<int> Connections = Meter.CreateUpDownCounter<int>(
        "trendingmail.smtp.connections", "{connection}", "Open connections, by server");

    private static readonly Gauge<int> ServersUp = Meter.CreateGauge<int>(
        "trendingmail.smtp.server.up", null, "Whether a server is used (1) or left alone after a fault (0)");

    private static readonly Histogram<double> Commit = Meter.CreateHistogram(
        "trendingmail.ledger.commit.duration", "s", "The time of one transaction of the ledger",
        advice: Buckets(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5));

    private static readonly Histogram<double> Entries = Meter.CreateHistogram(
        "trendingmail.ledger.commit.entries", "{entry}", "What one transaction of the ledger wrote down",
        advice: Buckets(1, 2, 5, 10, 20, 50, 100, 200, 500));

    private static readonly Gauge<double> Paces = Meter.CreateGauge<double>(
        "trendingmail.domain.pace", "{message}/s", "How fast a recipient domain that is held back gets mail; 0 while it rests");

    private static readonly KeyValuePair<string, object?>[] States =
        [.. Enum.GetValues<DeliveryState>().Select(state => KeyValuePair.Create("state", (object?)state.ToColumn()))];

    /// <summary>How many deliveries are still to be made; asked of the ledger by whoever shows it.</summary>
    public static void StillWaiting(long queued, long deferred, long uncertain)
    {
        Waiting.Record(queued, States[(int)DeliveryState.Queued]);
        Waiting.Record(deferred, States[(int)DeliveryState.Deferred]);
        Waiting.Record(uncertain, States[(int)DeliveryState.Uncertain]);
    }

    internal static void Recorded(DeliveryState state) => Deliveries.Add(1, States[(int)state]);

    internal static void Begun() => InFlight.Add(1);

    internal static void Exchanged(TimeSpan time)
    {
        InFlight.Add(-1);
        Exchange.Record(time.TotalSeconds);
    }

    internal static void Connected(string server, int change) => Connections.Add(change, KeyValuePair.Create("server", (object?)server));

    internal static void ServerIs(string server, bool isWell) =>
        ServersUp.Record(isWell ? 1 : 0, KeyValuePair.Create("server", (object?)server));

    internal static void Committed(TimeSpan time, int entries)
    {
        Commit.Record(time.TotalSeconds);
        Entries.Record(entries);
    }

    internal static void Paced(string domain, double rate) => Paces.Record(rate, KeyValuePair.Create("domain", (object?)domain));

    private static InstrumentAdvice<double> Buckets(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
