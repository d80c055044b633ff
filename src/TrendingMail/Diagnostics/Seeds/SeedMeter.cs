using System.Diagnostics.Metrics;
using TrendingMail.Storage;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>The metrics of seed mailboxes.</summary>
public static class SeedMeter
{
    public const string Name = "TrendingMail.Seeds";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "trendingmail.seeds.messages", "{message}", "Digests to seed mailboxes, by provider and placement");

    private static readonly Histogram<double> Arrival = Meter.CreateHistogram(
        "trendingmail.seeds.arrival.duration", "s", "Time from the hand-over of a digest to its arrival, by provider",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600],
        });

    /// <summary>Records a result.</summary>
    internal static void Record(SeedMessage message)
    {
        var provider = KeyValuePair.Create("provider", (object?)message.Provider);
        Messages.Add(1, provider, KeyValuePair.Create("placement", (object?)message.Placement.ToColumn()));
        if (message.Minutes is { } minutes)
        {
            Arrival.Record(minutes * 60, provider);
        }
    }
}
