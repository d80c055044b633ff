using Microsoft.Extensions.Logging;
using TrendingMail.Papers.Sample;
using TrendingMail.Papers.Sources.Files;

namespace TrendingMail.Papers.Sources;

/// <summary>The outcome of one fetch from one source.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Day">The requested day; null for a file with papers of several days.</param>
/// <param name="Received">Number of valid entries.</param>
/// <param name="Added">Number of new papers among them.</param>
/// <param name="Problems">One line per skipped entry.</param>
/// <param name="Fault">Why the fetch failed or is incomplete; null on success.</param>
public sealed record FetchReport(
    string Source, DateOnly? Day, int Received, int Added, IReadOnlyList<string> Problems, string? Fault)
{
    /// <summary>Number of known papers that changed.</summary>
    public int Changed { get; init; }

    /// <summary>Number of rows that turned out to be duplicates and were merged.</summary>
    public int Merged { get; init; }

    /// <summary>Whether the server reported no change since the last fetch (304).</summary>
    public bool Unchanged { get; init; }

    /// <summary>Why the papers are outdated, if the source returned those of an earlier day; else null.</summary>
    public string? Stale { get; init; }

    /// <summary>See <see cref="IPaperSource.Announces"/>.</summary>
    public bool Announces { get; init; }

    /// <summary>When the fetch was recorded.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Fetches papers from the sources, stores them and records each fetch.</summary>
public sealed class PaperCollector(
    IEnumerable<IPaperSource> sources, PaperStore store, TimeProvider clock, ILogger<PaperCollector> logger)
{
    /// <summary>Minimum time between two fetches that update the counts of a past day.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromHours(6);

    public IReadOnlyList<string> SourceNames { get; } = [.. sources.Select(source => source.Name).Distinct()];

    /// <summary>
    /// Fetches a day from the sources. A source that fails is logged and reported, and does not affect the others.
    /// </summary>
    /// <param name="sourceName">Restricts the fetch to this source; null for all.</param>
    /// <exception cref="TrendingMailException">The day lies too far off.</exception>
    public async Task<IReadOnlyList<FetchReport>> FetchAsync(
        DateOnly day, string? sourceName, CancellationToken cancellationToken)
    {
        ListingDay.Check(day, "Cannot fetch papers", clock.GetUtcNow());
        var reports = new List<FetchReport>();
        foreach (var source in sources.Where(s =>
            sourceName is null || s.Name.Equals(sourceName, StringComparison.OrdinalIgnoreCase)))
        {
            reports.Add(await FetchAsync(source, day, cancellationToken));
        }

        return reports;
    }

    /// <summary>
    /// Fetches past days again from sources that report votes, to track growth: every six hours, each day that has
    /// papers in the database.
    /// </summary>
    /// <param name="days">Number of days before today.</param>
    public async Task<IReadOnlyList<FetchReport>> PollAsync(
        DateTimeOffset now, int days, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var reports = new List<FetchReport>();
        foreach (var source in sources.Where(source => source.HasCounts))
        {
            foreach (var day in await store.ListDaysToPollAsync(
                source.Name, today.AddDays(-days), today, now - PollInterval, cancellationToken))
            {
                var report = await FetchAsync(source, day, cancellationToken);
                reports.Add(report);
                if (report.Fault is not null)
                {
                    // The source will most likely fail for the other days, too.
                    break;
                }
            }
        }

        return reports;
    }

    /// <summary>Imports a file in one transaction; see <see cref="FileSource"/>.</summary>
    /// <exception cref="TrendingMailException">The file cannot be opened, or it contains no list of papers.</exception>
    public async Task<FetchReport> ImportAsync(string path, DateOnly? day, CancellationToken cancellationToken) =>
        await ImportAsync(day, await FileSource.ReadAllAsync(path, day, cancellationToken), cancellationToken);

    /// <summary>
    /// Imports an open stream such as standard input;
    /// see <see cref="ImportAsync(string, DateOnly?, CancellationToken)"/>.
    /// </summary>
    /// <param name="name">The stream's name in error messages.</param>
    /// <exception cref="TrendingMailException">The stream contains no list of papers.</exception>
    public async Task<FetchReport> ImportAsync(
        Stream stream, string name, DateOnly? day, CancellationToken cancellationToken) =>
        await ImportAsync(day, await FileSource.ReadAllAsync(stream, name, day, cancellationToken), cancellationToken);

    /// <summary>Imports the bundled sample papers as if they had been listed on a day.</summary>
    public async Task<FetchReport> ImportSampleAsync(DateOnly day, CancellationToken cancellationToken) =>
        await SaveAsync(SamplePapers.Source, day,
            await SamplePapers.ReadAsync(day, cancellationToken), cancellationToken);

    private Task<FetchReport> ImportAsync(DateOnly? day, FetchResult reading, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (day is { } given)
        {
            ListingDay.Check(given, "Cannot import papers", now);
        }

        return SaveAsync(nameof(SourceKind.File), day, EntryPolicy.Apply(reading, now), cancellationToken);
    }

    private async Task<FetchReport> FetchAsync(IPaperSource source, DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            var reading = EntryPolicy.Apply(await source.FetchAsync(day, cancellationToken), clock.GetUtcNow());
            var report = await SaveAsync(source.Name, day, EntryPolicy.Judge(reading), cancellationToken);
            return report with { Announces = source.Announces };
        }
        catch (TrendingMailException e)
        {
            logger.LogWarning(
                "Failed to fetch the papers of {Day:yyyy-MM-dd} from {Source}: {Fault}", day, source.Name, e.Message);
            return await store.RecordFetchAsync(
                new FetchReport(source.Name, day, 0, 0, [], e.Message) { Announces = source.Announces },
                cancellationToken);
        }
    }

    private async Task<FetchReport> SaveAsync(
        string source, DateOnly? day, FetchResult result, CancellationToken cancellationToken)
    {
        var saved = await store.SaveFetchAsync(source, result, cancellationToken);
        var report = new FetchReport(source, day, result.Papers.Count, saved.Added, result.Problems, result.Incomplete)
        {
            Changed = saved.Changed,
            Merged = saved.Merged,
            Unchanged = result.Unchanged,
            Stale = result.Stale,
            Notes = result.Notes,
        };
        report = await store.RecordFetchAsync(report, cancellationToken);
        if (result.Incomplete is { } fault)
        {
            logger.LogWarning("Incomplete papers of {Day:yyyy-MM-dd} from {Source}: {Fault}", day, source, fault);
        }

        if (result.Stale is { } stale)
        {
            logger.LogWarning("Outdated papers for {Day:yyyy-MM-dd} from {Source}: {Stale}", day, source, stale);
        }

        foreach (var problem in result.Problems)
        {
            logger.LogDebug("Skipped an entry from {Source}: {Problem}", source, problem);
        }

        return report;
    }
}
