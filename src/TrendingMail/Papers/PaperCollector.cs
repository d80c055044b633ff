using Microsoft.Extensions.Logging;

namespace TrendingMail.Papers;

/// <summary>What one look at one source gave.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Day">The day that was asked for; null for a file with papers of several days.</param>
/// <param name="Received">Entries that could be read.</param>
/// <param name="Added">How many of them were new.</param>
/// <param name="Problems">One line for each entry that was set aside.</param>
/// <param name="Fault">Why the source gave nothing, or not all; null where it answered.</param>
public sealed record FetchReport(
    string Source, DateOnly? Day, int Received, int Added, IReadOnlyList<string> Problems, string? Fault)
{
    /// <summary>Papers that were known and of which something new was told.</summary>
    public int Changed { get; init; }

    /// <summary>Rows that turned out to be another's paper, and were joined with it.</summary>
    public int Joined { get; init; }

    /// <summary>Whether the server said that nothing changed since the last look.</summary>
    public bool Unchanged { get; init; }

    /// <summary>Why what came is old, where the source shows earlier papers as if they were the day's; else null.</summary>
    public string? Stale { get; init; }

    /// <summary>See <see cref="IPaperSource.Announces"/>.</summary>
    public bool Announces { get; init; }

    /// <summary>When the source was asked.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Takes papers from the sources into the database, and remembers each look.</summary>
public sealed class PaperCollector(
    IEnumerable<IPaperSource> sources, PaperStore store, ILogger<PaperCollector> logger)
{
    /// <summary>How long a day's counts are left alone after a look at them.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromHours(6);

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
            reports.Add(await FetchAsync(source, day, cancellationToken));
        }

        return reports;
    }

    /// <summary>
    /// Asks the sources that count votes about the days before, so that growth can be seen: each day whose papers are
    /// here, every six hours.
    /// </summary>
    /// <param name="days">How many days before today.</param>
    public async Task<IReadOnlyList<FetchReport>> PollAsync(
        DateTimeOffset now, int days, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var reports = new List<FetchReport>();
        foreach (var source in sources.Where(source => source.HasCounts))
        {
            foreach (var day in await store.DaysToPollAsync(
                source.Name, today.AddDays(-days), today, now - PollEvery, cancellationToken))
            {
                var report = await FetchAsync(source, day, cancellationToken);
                reports.Add(report);
                if (report.Fault is not null)
                {
                    // It will not answer for the other days either.
                    break;
                }
            }
        }

        return reports;
    }

    /// <summary>Takes in a file, whole or not at all; see <see cref="FileSource"/>.</summary>
    /// <exception cref="TrendingMailException">The file cannot be opened, or it is no list of papers.</exception>
    public async Task<FetchReport> ImportAsync(string path, DateOnly? day, CancellationToken cancellationToken) =>
        await SaveAsync(nameof(SourceKind.File), day,
            await FileSource.ReadAllAsync(path, day, cancellationToken), cancellationToken);

    /// <summary>Takes in papers from an open stream, such as standard input; see <see cref="ImportAsync(string, DateOnly?, CancellationToken)"/>.</summary>
    /// <param name="name">What the stream is called in messages.</param>
    /// <exception cref="TrendingMailException">It is no list of papers.</exception>
    public async Task<FetchReport> ImportAsync(
        Stream stream, string name, DateOnly? day, CancellationToken cancellationToken) =>
        await SaveAsync(nameof(SourceKind.File), day,
            await FileSource.ReadAllAsync(stream, name, day, cancellationToken), cancellationToken);

    /// <summary>Takes in the invented papers that come with the program, as if they were listed on a day.</summary>
    public async Task<FetchReport> UseSampleAsync(DateOnly day, CancellationToken cancellationToken) =>
        await SaveAsync(SamplePapers.Source, day,
            await SamplePapers.ReadAsync(day, cancellationToken), cancellationToken);

    private async Task<FetchReport> FetchAsync(IPaperSource source, DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            var reading = await source.ReadAsync(day, cancellationToken);
            return await SaveAsync(source.Name, day, reading, cancellationToken) with { Announces = source.Announces };
        }
        catch (TrendingMailException e)
        {
            logger.LogWarning("No papers of {Day:yyyy-MM-dd} from {Source}: {Fault}", day, source.Name, e.Message);
            return await store.RecordFetchAsync(
                new FetchReport(source.Name, day, 0, 0, [], e.Message) { Announces = source.Announces }, cancellationToken);
        }
    }

    private async Task<FetchReport> SaveAsync(
        string source, DateOnly? day, SourceReading reading, CancellationToken cancellationToken)
    {
        var saved = await store.SaveReadingAsync(source, reading, cancellationToken);
        var report = new FetchReport(source, day, reading.Papers.Count, saved.Added, reading.Problems, reading.Incomplete)
        {
            Changed = saved.Changed,
            Joined = saved.Joined,
            Unchanged = reading.Unchanged,
            Stale = reading.Stale,
            Notes = reading.Notes,
        };
        report = await store.RecordFetchAsync(report, cancellationToken);
        if (reading.Incomplete is { } fault)
        {
            logger.LogWarning("Only some papers of {Day:yyyy-MM-dd} from {Source}: {Fault}", day, source, fault);
        }

        if (reading.Stale is { } stale)
        {
            logger.LogWarning("Old papers for {Day:yyyy-MM-dd} from {Source}: {Stale}", day, source, stale);
        }

        foreach (var problem in reading.Problems)
        {
            logger.LogDebug("Set aside from {Source}: {Problem}", source, problem);
        }

        return report;
    }
}
