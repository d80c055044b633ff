using System.Globalization;
using Microsoft.Extensions.Logging;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Editions.Publishing;

/// <summary>
/// Fetches papers from the sources and publishes the editions that are due. Idempotent; catches up on days missed while
/// the machine or a source was down.
/// </summary>
public sealed class EditionPublisher(
    PaperCollector collector, PaperStore papers, EditionStore editions, EligibilityPolicy eligibility,
    DigestOptions options,
    TimeProvider clock, ILogger<EditionPublisher> logger) : IDisposable
{
    /// <summary>How many missed days to catch up on: enough for a weekend and a holiday.</summary>
    private const int MaximumCatchUpDays = 5;

    /// <summary>Number of recent editions that determine the usual number of papers.</summary>
    private const int HistoryLength = 20;

    /// <summary>Start-up, scheduled runs and misfires may coincide; only one may run at a time.</summary>
    private readonly SemaphoreSlim semaphore = new(1);

    /// <summary>The newest day whose edition is due.</summary>
    public DateOnly DueDay => EditionCalendar.DueDay(clock.GetUtcNow(), options.PublishAt, options.Zone);

    /// <summary>The first of the days that are still to be published; missed days before it are given up.</summary>
    internal static DateOnly FirstDayToPublish(DateOnly newest, DateOnly due) =>
        new[] { newest.AddDays(1), due.AddDays(-MaximumCatchUpDays) }.Max();

    /// <summary>
    /// Fetches today's papers and those of unpublished days, then publishes the editions that are due.
    /// </summary>
    /// <returns>Warnings for the operator.</returns>
    public async Task<IReadOnlyList<EditionWarning>> RefreshAsync(CancellationToken cancellationToken)
    {
        await semaphore.WaitAsync(cancellationToken);
        try
        {
            return await RefreshCoreAsync(cancellationToken);
        }
        finally
        {
            semaphore.Release();
        }
    }

    /// <summary>Publishes a day at the operator's request, without waiting for a source.</summary>
    /// <returns>The result, and a warning if the newest fetches suggest a problem.</returns>
    /// <exception cref="TrendingMailException">There is nothing to publish, or the day lies too far off.</exception>
    public async Task<(PublishResult Result, EditionWarning? Warning)> PublishNowAsync(
        DateOnly day, CancellationToken cancellationToken)
    {
        var operation = string.Create(CultureInfo.InvariantCulture, $"Cannot publish edition {day:yyyy-MM-dd}");
        ListingDay.Check(day, operation, clock.GetUtcNow());
        var reports = await papers.ListNewestFetchesAsync(day, cancellationToken);
        var decision = await DecideAsync(day, PublishPolicy.GracePeriod, reports, cancellationToken);
        var result = await editions.PublishAsync(day, cancellationToken);
        if (result is PublishResult.NothingToPublish { Day: var unpublished })
        {
            throw new TrendingMailException(string.Create(CultureInfo.InvariantCulture,
                $"{operation}: there are no unpublished papers for that day ({unpublished.Describe(reports)}). " +
                $"Run 'papers fetch --date {day:yyyy-MM-dd}' or 'papers import FILE' first."));
        }

        return (result, result is PublishResult.AlreadyPublished ? null : decision.Warning);
    }

    public void Dispose() => semaphore.Dispose();

    private async Task<IReadOnlyList<EditionWarning>> RefreshCoreAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = EditionCalendar.DueDay(now, options.PublishAt, options.Zone);
        var newest = await editions.FindNewestAsync(cancellationToken);
        if (newest is null)
        {
            await PublishFirstAsync(due, cancellationToken);
            return [];
        }

        // Warn about the newest due day only; earlier days were reported when they were due.
        var warnings = new List<EditionWarning>();
        var earliest = FirstDayToPublish(newest.Day, due);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        IReadOnlyList<FetchReport> reports = [];
        for (var day = earliest; day <= due || day <= today; day = day.AddDays(1))
        {
            // If no source can be reached, do not try again for the remaining days.
            reports = AllSourcesFailed(reports) ? reports : await collector.FetchAsync(day, null, cancellationToken);
            if (day <= due &&
                await PublishOrWarnAsync(day, now, reports, cancellationToken) is { } warning && day == due)
            {
                warnings.Add(warning);
            }
        }

        return warnings;
    }

    /// <summary>
    /// Publishes the first edition: that of the newest day with papers, so that a new installation has content at once.
    /// Falls back to the sample papers if no source can be reached and nothing was imported.
    /// </summary>
    private async Task<Edition?> PublishFirstAsync(DateOnly due, CancellationToken cancellationToken)
    {
        var allFailed = false;
        for (var day = due; day >= due.AddDays(-MaximumCatchUpDays) && !allFailed; day = day.AddDays(-1))
        {
            allFailed = AllSourcesFailed(await collector.FetchAsync(day, null, cancellationToken));
            if (await PublishAsync(day, cancellationToken) is { } edition)
            {
                return edition;
            }
        }

        if (!await papers.IsEmptyAsync(cancellationToken))
        {
            return await papers.FindNewestDayAsync(due, cancellationToken) is { } imported
                ? await PublishAsync(imported, cancellationToken)
                : null;
        }

        if (!allFailed)
        {
            return null;
        }

        logger.LogWarning("No source can be reached; using the bundled sample papers");
        await collector.ImportSampleAsync(due, cancellationToken);
        return await PublishAsync(due, cancellationToken);
    }

    private static bool AllSourcesFailed(IReadOnlyList<FetchReport> reports) =>
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
        DateOnly day, TimeSpan overdueBy, IReadOnlyList<FetchReport> reports, CancellationToken cancellationToken)
    {
        var recentCounts =
            (await editions.ListAsync(HistoryLength, cancellationToken)).Select(edition => edition.Papers).ToArray();
        var eligible = await editions.CountEligibleAsync(day, cancellationToken);
        return PublishPolicy.Decide(day, overdueBy, eligible, eligibility.Relevant(reports), recentCounts);
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
