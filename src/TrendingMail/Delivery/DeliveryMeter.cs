using System.Diagnostics.Metrics;
using TrendingMail.Storage;

namespace TrendingMail.Delivery;

/// <summary>What whoever watches over the program can count and time.</summary>
internal static class DeliveryMeter
{
    private static readonly Meter Meter = new("TrendingMail.Delivery");

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "trendingmail.deliveries", "{delivery}", "What came of attempts to deliver, by state");

    private static readonly Histogram<double> Exchange = Meter.CreateHistogram<double>(
        "trendingmail.exchange.duration", "s", "The time from a message's first command to the server's last word");

    private static readonly Histogram<double> Commit = Meter.CreateHistogram<double>(
        "trendingmail.ledger.commit.duration", "s", "The time of one transaction of the ledger");

    private static readonly Histogram<int> Entries = Meter.CreateHistogram<int>(
        "trendingmail.ledger.commit.entries", "{entry}", "What lanes asked for that one transaction of the ledger wrote");

    private static readonly KeyValuePair<string, object?>[] States =
        [.. Enum.GetValues<DeliveryState>().Select(state => KeyValuePair.Create("state", (object?)state.ToColumn()))];

    public static void Recorded(DeliveryState state) => Deliveries.Add(1, States[(int)state]);

    public static void Exchanged(TimeSpan time) => Exchange.Record(time.TotalSeconds);

    public static void Committed(TimeSpan time, int entries)
    {
        Commit.Record(time.TotalSeconds);
        Entries.Record(entries);
    }
}
