using Microsoft.Extensions.Logging;

namespace TrendingMail.Papers;

/// <summary>What one look at one source gave.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Day">The day that was asked for; null for a file with papers of several days.</param>
/// <param name="Received">Entries that could be read.</param>
/// <param name="Added">How many of them were new.</param>
/// <param name="Problems">One line for each entry that was set aside.</param>
/// <param name="Fault">Why the source gave nothing; null where it answered.</param>
public sealed record FetchReport(
    string Source, DateOnly? Day, int Received, int Added, IReadOnlyList<string> Problems, string? Fault);

/// <summary>Takes papers from the sources into the database, and remembers each look.</summary>
public sealed class PaperCollector(
    IEnumerable<IPaperSource> sources, PaperStore store, ILogger<PaperCollector> logger)
{
    public IReadOnlyList<string> SourceNames { get; } = [.. sources.Select(source => source.Name).Distinct()];

    /// <summary>
    /// Asks the sources for a day. A source that fails is reported and logged, and the others go on.
    /// </summary>
    /// <param name="sourceName">Only the source of this name; null for all.</param>
    public async Task<IReadOnlyList<FetchReport>> FetchAsync(
        DateOnly day, string? sourceName, CancellationToken cancellationToken)
    {
        var reports = new List<FetchReport>();
        foreach (var source in sources.Where(s =>
            sourceName is null || s.Name.Equals(sourceName, StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                var reading = await source.ReadAsync(day, cancellationToken);
                reports.Add(await SaveAsync(source.Name, day, reading, cancellationToken));
            }
            catch (TrendingMailException e)
            {
                logger.LogWarning("No papers of {Day:yyyy-MM-dd} from {Source}: {Fault}", day, source.Name, e.Message);
                var report = new FetchReport(source.Name, day, 0, 0, [], e.Message);
                await store.RecordFetchAsync(report, cancellationToken);
                reports.Add(report);
            }
        }

        return reports;
    }

    /// <summary>Takes in a file, whole or not at all; see <see cref="FileSource.ReadAllAsync"/>.</summary>
    /// <exception cref="TrendingMailException">The file cannot be opened, or it is no list of papers.</exception>
    public async Task<FetchReport> ImportAsync(string path, DateOnly? day, CancellationToken cancellationToken) =>
        await SaveAsync(nameof(SourceKind.File), day,
            await FileSource.ReadAllAsync(path, day, cancellationToken), cancellationToken);

    /// <summary>Takes in the invented papers that come with the program, as if they were listed on a day.</summary>
    public async Task<FetchReport> UseSampleAsync(DateOnly day, CancellationToken cancellationToken) =>
        await SaveAsync(SamplePapers.Source, day,
            await SamplePapers.ReadAsync(day, cancellationToken), cancellationToken);

    private async Task<FetchReport> SaveAsync(
        string source, DateOnly? day, SourceReading reading, CancellationToken cancellationToken)
    {
        var saved = await store.SaveAsync(source, reading.Papers, cancellationToken);
        var report = new FetchReport(source, day, reading.Papers.Count, saved.Added, reading.Problems, null);
        await store.RecordFetchAsync(report, cancellationToken);
        foreach (var problem in reading.Problems)
        {
            logger.LogDebug("Set aside from {Source}: {Problem}", source, problem);
        }

        return report;
    }
}
