using Microsoft.Extensions.Logging;
using TrendingMail.Papers;

namespace TrendingMail.Editions;

/// <summary>
/// Keeps the editions up to date: looks at the sources, and publishes the days whose hour has come. Safe to run as often
/// as one likes; what was missed (a machine that slept, a source that was down) is made up for.
/// </summary>
public sealed class EditionDesk(
    PaperCollector collector, PaperStore papers, EditionStore editions, DigestOptions options, TimeProvider clock,
    ILogger<EditionDesk> logger) : IDisposable
{
    /// <summary>How far back a day without an edition is still asked for: over a weekend and a holiday.</summary>
    private const int DaysBack = 5;

    /// <summary>One look at a time: the program's start, the schedule and what it makes up for may come together.</summary>
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Looks at the sources for today and for the days that still wait, then publishes what is due.</summary>
    /// <returns>The editions that were published.</returns>
    public async Task<IReadOnlyList<Edition>> RefreshAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await LookAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<IReadOnlyList<Edition>> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = EditionCalendar.DueDay(now, options.PublishAt, options.Zone);
        var newest = await editions.NewestAsync(cancellationToken);
        var published = new List<Edition>();
        if (newest is null)
        {
            return await BeginAsync(due, cancellationToken) is { } first ? [first] : [];
        }

        var earliest = new[] { newest.Day.AddDays(1), due.AddDays(-DaysBack) }.Max();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var outOfReach = false;
        for (var day = earliest; day <= due || day <= today; day = day.AddDays(1))
        {
            outOfReach = outOfReach || await IsOutOfReachAsync(day, cancellationToken);
            if (day <= due && await PublishAsync(day, cancellationToken) is { } edition)
            {
                published.Add(edition);
            }
        }

        return published;
    }

    /// <summary>
    /// The very first edition: of the newest day that has papers, so that a new installation shows something at once.
    /// Where no source can be reached and nothing was imported, the program's own sample stands in, and says so.
    /// </summary>
    private async Task<Edition?> BeginAsync(DateOnly due, CancellationToken cancellationToken)
    {
        var outOfReach = false;
        for (var day = due; day >= due.AddDays(-DaysBack) && !outOfReach; day = day.AddDays(-1))
        {
            outOfReach = await IsOutOfReachAsync(day, cancellationToken);
            if (await PublishAsync(day, cancellationToken) is { } edition)
            {
                return edition;
            }
        }

        if (!await papers.IsEmptyAsync(cancellationToken))
        {
            return await papers.NewestDayAsync(due, cancellationToken) is { } imported
                ? await PublishAsync(imported, cancellationToken)
                : null;
        }

        if (!outOfReach)
        {
            return null;
        }

        logger.LogWarning("No source can be reached; using the invented sample papers that come with the program");
        await collector.UseSampleAsync(due, cancellationToken);
        return await PublishAsync(due, cancellationToken);
    }

    /// <summary>Asks the sources for a day. Where none can be reached, the other days need not be asked for now.</summary>
    private async Task<bool> IsOutOfReachAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var reports = await collector.FetchAsync(day, null, cancellationToken);
        return reports.Count > 0 && reports.All(report => report.Fault is not null);
    }

    private async Task<Edition?> PublishAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (await editions.PublishAsync(day, cancellationToken) is not PublishResult.Published { Edition: var edition })
        {
            return null;
        }

        logger.LogInformation("Published edition {Number} of {Day:yyyy-MM-dd} with {Papers} papers",
            edition.Number, edition.Day, edition.Papers.Count);
        return edition;
    }
}
