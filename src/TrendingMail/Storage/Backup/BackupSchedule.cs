using System.Globalization;

namespace TrendingMail.Storage.Backup;

/// <summary>
/// Makes the scheduled backup: a new file in <c>Backup:Folder</c>, verified if configured; then deletes old ones.
/// </summary>
public sealed class BackupSchedule(BackupService backups, BackupOptions options, TimeProvider clock)
{
    private const string Prefix = "trendingmail-";

    private const string Extension = ".zip";

    private const string UnverifiedExtension = ".unverified";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Makes a backup, unless none are scheduled.</summary>
    /// <exception cref="TrendingMailException">
    /// The backup failed. A file that could not be verified is kept for examination and does not count as a backup.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.IsScheduled)
        {
            return;
        }

        var name = $"{Prefix}{clock.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)}{Extension}";
        var file = Path.Combine(options.Folder, name);
        try
        {
            var report = await backups.CreateAsync(file, cancellationToken);
            if (options.Verify)
            {
                await VerifyAsync(file, cancellationToken);
            }

            BackupMeter.RecordSuccess(report);
        }
        catch (TrendingMailException)
        {
            BackupMeter.RecordFailure();
            throw;
        }

        foreach (var old in List().SkipLast(options.Keep))
        {
            File.Delete(old);
        }
    }

    /// <summary>When the newest scheduled backup was made; null if there is none.</summary>
    public DateTimeOffset? FindNewest() => List().LastOrDefault() is { } newest ? ParseTime(newest) : null;

    /// <summary>When the newest scheduled backup was made that could not be verified; null if there is none.</summary>
    public DateTimeOffset? FindNewestUnverified() => Directory.Exists(options.Folder)
        ? Directory.EnumerateFiles(options.Folder, $"{Prefix}*{Extension}{UnverifiedExtension}")
            .Select(file => ParseTime(Path.ChangeExtension(file, null))).Max()
        : null;

    private async Task VerifyAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await backups.VerifyAsync(file, cancellationToken);
        }
        catch (TrendingMailException)
        {
            File.Move(file, $"{file}{UnverifiedExtension}", overwrite: true);
            throw;
        }
    }

    /// <summary>The scheduled backups, oldest first.</summary>
    private IEnumerable<string> List() => Directory.Exists(options.Folder)
        ? Directory.EnumerateFiles(options.Folder, $"{Prefix}*{Extension}")
            .Where(file => ParseTime(file) is not null)
            .Order(StringComparer.Ordinal)
        : [];

    private static DateTimeOffset? ParseTime(string file) => DateTimeOffset.TryParseExact(
        Path.GetFileNameWithoutExtension(file)[Prefix.Length..], TimeFormat, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
