using System.Diagnostics.Metrics;
using TrendingMail.Diagnostics.Seeds;

namespace TrendingMail.Tests.Diagnostics.Seeds;

public sealed class SeedMeterTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ResultsAndTimesAreCountedByProvider()
    {
        var measured = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == SeedMeter.Name)
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Add(value, tags));
        listener.Start();

        SeedMeter.Record(SeedMessages.Found(Morning, Placement.Spam, minutes: 2) with { Provider = "Only here" });
        SeedMeter.Record(
            SeedMessages.Sent(Morning) with { Provider = "Only here", Placement = Placement.Missing });

        Assert.Equal(
            ["1 provider=Only here placement=spam", "120 provider=Only here", "1 provider=Only here placement=missing"],
            measured.Where(line => line.Contains("Only here", StringComparison.Ordinal)));

        void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (measured)
            {
                measured.Add(string.Join(
                    ' ', [$"{value}", .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));
            }
        }
    }
}
