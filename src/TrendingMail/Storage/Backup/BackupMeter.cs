using System.Diagnostics.Metrics;

namespace TrendingMail.Storage.Backup;

/// <summary>The metrics of scheduled backups.</summary>
public static class BackupMeter
{
    public const string Name = "TrendingMail.Backup";

    private static readonly Meter Meter = new(Name);

    private static readonly Gauge<int> Succeeded = Meter.CreateGauge<int>(
        "trendingmail.backup.succeeded", null, "Whether the last scheduled backup succeeded (1) or failed (0)");

    private static readonly Gauge<double> NewestAt = Meter.CreateGauge<double>(
        "trendingmail.backup.newest.timestamp", "s", "When the newest scheduled backup was made, in Unix time");

    private static readonly Gauge<double> Duration = Meter.CreateGauge<double>(
        "trendingmail.backup.duration", "s", "How long the last scheduled backup took");

    private static readonly Gauge<long> Size = Meter.CreateGauge<long>(
        "trendingmail.backup.size", "By", "The size of the last scheduled backup");

    /// <summary>Records when the newest backup was made, which outlives a restart.</summary>
    public static void RecordNewest(DateTimeOffset at) => NewestAt.Record(at.ToUnixTimeSeconds());

    internal static void RecordSuccess(BackupReport report)
    {
        Succeeded.Record(1);
        Duration.Record(report.Duration.TotalSeconds);
        Size.Record(report.Bytes);
        RecordNewest(report.Manifest.CreatedAt);
    }

    internal static void RecordFailure() => Succeeded.Record(0);
}
