using Microsoft.Extensions.Logging;
using TrendingMail.Papers;

namespace TrendingMail.Editions;

/// <summary>
/// Keeps the editions up to date: looks at the sources, and publishes the days whose hour has come. Safe to run as often
/// as one likes; what was missed (a machine that slept, a source that was down) is made up for.
/// </summary>
public sealed class EditionDesk(
    PaperCollector collector, PaperStore papers, EditionStore editions, EditionIntake intake, DigestOptions options,
    TimeProvider clock, ILogger<EditionDesk> logger) : IDisposable
{
    /// <summary>How far back a day without an edition is still asked for: over a weekend and a holiday.</summary>
    private const int DaysBack = 5;

    /// <summary>How many editions back say what is usual.</summary>
    private const int History = 20;

    /// <summary>One look at a time: the program's start, the schedule and what it makes up for may come together.</summary>
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Looks at the sources for today and for the days that still wait, then publishes what is due.</summary>
    /// <returns>What the operator should be told.</returns>
    public async Task<IReadOnlyList<EditionWarning>> RefreshAsync(CancellationToken cancellationToken)
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

    /// <summary>Publishes a day because an operator wants it now, without waiting for a source.</summary>
    /// <returns>With what should be known about it, as the newest looks at the sources tell.</returns>
    public async Task<(PublishResult Result, EditionWarning? Warning)> PublishNowAsync(
        DateOnly day, CancellationToken cancellationToken)
    {
        var reports = await papers.NewestFetchesAsync(day, cancellationToken);
        var decision = await DecideAsync(day, EditionWatch.Patience, reports, cancellationToken);
        var result = await editions.PublishAsync(day, cancellationToken);
        return (result, result is PublishResult.AlreadyPublished ? null : decision.Warning);
    }

    public void Dispose() => gate.Dispose();

    private async Task<IReadOnlyList<EditionWarning>> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = EditionCalendar.DueDay(now, options.PublishAt, options.Zone);
        var newest = await editions.NewestAsync(cancellationToken);
        if (newest is null)
        {
            await BeginAsync(due, cancellationToken);
            return [];
        }

        // Only of the newest day that is due: of the days before, the operator was told when they were.
        var warnings = new List<EditionWarning>();
        var earliest = new[] { newest.Day.AddDays(1), due.AddDays(-DaysBack) }.Max();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        IReadOnlyList<FetchReport> reports = [];
        for (var day = earliest; day <= due || day <= today; day = day.AddDays(1))
        {
            // Where none can be reached, the other days need not be asked for now.
            reports = IsOutOfReach(reports) ? reports : await collector.FetchAsync(day, null, cancellationToken);
            if (day <= due && await PublishOrWarnAsync(day, now, reports, cancellationToken) is { } warning && day == due)
            {
                warnings.Add(warning);
            }
        }

        return warnings;
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
            outOfReach = IsOutOfReach(await collector.FetchAsync(day, null, cancellationToken));
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

    private static bool IsOutOfReach(IReadOnlyList<FetchReport> reports) =>
        reports.Count > 0 && reports.All(report => report.Fault is not null);

    private async Task<EditionWarning?> PublishOrWarnAsync(
        DateOnly day, DateTimeOffset now, IReadOnlyList<FetchReport> reports, CancellationToken cancellationToken)
    {
        var decision = await DecideAsync(
            day, now - EditionCalendar.DueAt(day, options.PublishAt, options.Zone), reports, cancellationToken);
        if (decision.Publish)
        {
            await PublishAsync(day, cancellationToken);
        }

        return decision.Warning;
    }

    private async Task<EditionDecision> DecideAsync(
        DateOnly day, TimeSpan dueFor, IReadOnlyList<FetchReport> reports, CancellationToken cancellationToken)
    {
        var usual = (await editions.ListAsync(History, cancellationToken)).Select(edition => edition.Papers).ToArray();
        var waiting = await editions.CountWaitingAsync(day, cancellationToken);
        return EditionWatch.Decide(day, dueFor, waiting, intake.Relevant(reports), usual);
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
