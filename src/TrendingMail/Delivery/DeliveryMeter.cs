using System.Diagnostics.Metrics;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>The metrics of deliveries.</summary>
public static class DeliveryMeter
{
    public const string Name = "TrendingMail.Delivery";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "trendingmail.deliveries", "{delivery}", "Outcomes of delivery attempts, by state");

    private static readonly UpDownCounter<int> InFlight = Meter.CreateUpDownCounter<int>(
        "trendingmail.deliveries.in_flight", "{delivery}", "Messages being sent");

    private static readonly Gauge<long> Waiting = Meter.CreateGauge<long>(
        "trendingmail.deliveries.waiting", "{delivery}", "Deliveries not finished yet, by state");

    private static readonly Histogram<double> Exchange = Meter.CreateHistogram(
        "trendingmail.smtp.exchange.duration", "s", "Time from a message's first command to the final reply",
        advice: Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300));

    private static readonly UpDownCounter<int> Connections = Meter.CreateUpDownCounter<int>(
        "trendingmail.smtp.connections", "{connection}", "Open connections, by server");

    private static readonly Gauge<int> ServersUp = Meter.CreateGauge<int>(
        "trendingmail.smtp.server.up", null, "Whether a server is in use (1) or paused after a failure (0)");

    private static readonly Histogram<double> Commit = Meter.CreateHistogram(
        "trendingmail.delivery_queue.commit.duration", "s", "Duration of one delivery queue transaction",
        advice: Buckets(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5));

    private static readonly Histogram<double> Changes = Meter.CreateHistogram(
        "trendingmail.delivery_queue.commit.changes", "{change}", "State changes in one delivery queue transaction",
        advice: Buckets(1, 2, 5, 10, 20, 50, 100, 200, 500));

    private static readonly Gauge<double> RateLimits = Meter.CreateGauge<double>(
        "trendingmail.domain.rate_limit", "{message}/s",
        "Rate limit of a throttled recipient domain; 0 while it is paused, infinity when the throttle is removed");

    private static readonly Gauge<long> WarmUpCap = Meter.CreateGauge<long>(
        "trendingmail.warm_up.cap", "{message}", "Messages that a server may be handed today while it is warmed up");

    private static readonly Gauge<long> WarmUpUsed = Meter.CreateGauge<long>(
        "trendingmail.warm_up.used", "{message}", "Messages that a server was handed today while it is warmed up");

    private static readonly Gauge<int> WarmUpDay = Meter.CreateGauge<int>(
        "trendingmail.warm_up.day", null, "Day of a server's warm-up, from 1");

    private static readonly Counter<long> WarmUpPostponed = Meter.CreateCounter<long>(
        "trendingmail.warm_up.postponed", "{delivery}", "Deliveries postponed by the cap of a server's warm-up");

    private static readonly Counter<long> WarmUpExpired = Meter.CreateCounter<long>(
        "trendingmail.warm_up.expired", "{delivery}", "Deliveries that a server's warm-up had no room for in time");

    private static readonly KeyValuePair<string, object?>[] States =
        [.. Enum.GetValues<DeliveryState>().Select(state => KeyValuePair.Create("state", (object?)state.ToColumn()))];

    /// <summary>Records the number of unfinished deliveries, as the caller read it from the queue.</summary>
    public static void RecordWaiting(long queued, long deferred, long uncertain)
    {
        Waiting.Record(queued, States[(int)DeliveryState.Queued]);
        Waiting.Record(deferred, States[(int)DeliveryState.Deferred]);
        Waiting.Record(uncertain, States[(int)DeliveryState.Uncertain]);
    }

    /// <summary>Records how far a server's warm-up is, as the caller read it.</summary>
    public static void RecordWarmUp(WarmUpStatus status)
    {
        var server = KeyValuePair.Create("server", (object?)status.Server);
        WarmUpCap.Record(status.Cap, server);
        WarmUpUsed.Record(status.Used, server);
        WarmUpDay.Record(status.Number, server);
    }

    internal static void RecordWarmUpDenial(string server, bool isExpired) =>
        (isExpired ? WarmUpExpired : WarmUpPostponed).Add(1, KeyValuePair.Create("server", (object?)server));

    internal static void RecordOutcome(DeliveryState state) => Deliveries.Add(1, States[(int)state]);

    internal static void MessageStarted() => InFlight.Add(1);

    internal static void MessageFinished(TimeSpan time)
    {
        InFlight.Add(-1);
        Exchange.Record(time.TotalSeconds);
    }

    internal static void AddConnections(string server, int change) =>
        Connections.Add(change, KeyValuePair.Create("server", (object?)server));

    internal static void RecordServerUp(string server, bool isUp) =>
        ServersUp.Record(isUp ? 1 : 0, KeyValuePair.Create("server", (object?)server));

    internal static void RecordCommit(TimeSpan time, int changes)
    {
        Commit.Record(time.TotalSeconds);
        Changes.Record(changes);
    }

    internal static void RecordRateLimit(string domain, double rate) =>
        RateLimits.Record(rate, KeyValuePair.Create("domain", (object?)domain));

    private static InstrumentAdvice<double> Buckets(params double[] bounds) =>
        new() { HistogramBucketBoundaries = bounds };
}
