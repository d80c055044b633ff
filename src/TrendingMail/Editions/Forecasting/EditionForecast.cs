using TrendingMail.Editions.Publishing;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Editions.Forecasting;

/// <summary>Tells which editions are due but missing, and whether they may still come.</summary>
public sealed class EditionForecast(
    EditionStore editions, PaperStore papers, EligibilityPolicy eligibility, IEnumerable<IPaperSource> sources,
    DigestOptions options, TimeProvider clock)
{
    /// <summary>Editions older than this are not sent: subscribers who are due get nothing instead.</summary>
    private const int MaximumEditionAgeDays = 7;

    /// <summary>More days than there are between two weekly digests.</summary>
    private const int RecentDays = 10;

    private readonly string[] sourceNames = [.. sources
        .Where(source => !eligibility.ListedOnly || !source.Announces).Select(source => source.Name).Distinct()];

    public async Task<EditionOutlook> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        while (true)
        {
            var newest = await editions.FindNewestSummaryAsync(cancellationToken);
            var outlook = await LookAsync(newest, now, cancellationToken);

            // An edition published meanwhile would be neither the newest nor missing.
            if (await editions.FindNewestSummaryAsync(cancellationToken) == newest)
            {
                return outlook;
            }
        }
    }

    private async Task<EditionOutlook> LookAsync(
        EditionSummary? newest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = EditionCalendar.DueDay(now, options.PublishAt, options.Zone);
        if (newest is null)
        {
            return new EditionOutlook
            {
                Newest = null, NextPublicationAt = DueAt(due),
                ExpectedSince = sourceNames.Length > 0 ? DateTimeOffset.MinValue : null,
            };
        }

        var first = due.AddDays(1 - RecentDays);
        var missing = await ListMissingAsync(newest.Day, due, cancellationToken);
        var expectedSince = FindFirst(missing, EditionExpectation.Expected, EditionExpectation.Unknown);
        var possibleSince = FindFirst(missing, EditionExpectation.Possible);
        var lastFetch = missing.Select(day => day.LastFetch).Max();
        return new EditionOutlook
        {
            Newest = newest,
            NewestDueAt = DueAt(newest.Day),
            IsFresh = newest.Day >= DateOnly.FromDateTime(now.UtcDateTime).AddDays(-MaximumEditionAgeDays),
            ExpectedSince = expectedSince,
            PossibleSince = possibleSince,
            NextPublicationAt = expectedSince ?? possibleSince ?? DueAt(due.AddDays(1)),
            IsFetchPending =
                missing.Any(day => day.Expectation == EditionExpectation.Unknown) && !(lastFetch >= DueAt(due)),
            PublicationTimes =
                (await editions.ListDaysAsync(first, newest.Day, cancellationToken)).Select(DueAt).ToHashSet(),
            RecentTimes = [.. Enumerable.Range(0, RecentDays).Select(days => DueAt(due.AddDays(-days)))],
        };
    }

    private async Task<IReadOnlyList<MissingEdition>> ListMissingAsync(
        DateOnly newest, DateOnly due, CancellationToken cancellationToken)
    {
        var missing = new List<MissingEdition>();
        for (var day = EditionPublisher.FirstDayToPublish(newest, due); day <= due && sourceNames.Length > 0;
            day = day.AddDays(1))
        {
            var reports = await papers.ListNewestFetchesAsync(day, cancellationToken);
            var eligible = await editions.CountEligibleAsync(day, cancellationToken);
            missing.Add(new MissingEdition(
                DueAt(day),
                EditionExpectations.Decide(day, DueAt(day), isNewest: day == due, eligible, sourceNames, reports),
                reports.Max(report => (DateTimeOffset?)report.FetchedAt)));
        }

        return missing;
    }

    private static DateTimeOffset? FindFirst(
        IEnumerable<MissingEdition> missing, params EditionExpectation[] expectations) =>
        missing.FirstOrDefault(day => expectations.Contains(day.Expectation))?.DueAt;

    private DateTimeOffset DueAt(DateOnly day) => EditionCalendar.DueAt(day, options.PublishAt, options.Zone);

    /// <param name="LastFetch">When a source was last asked for the day, with or without success.</param>
    private sealed record MissingEdition(
        DateTimeOffset DueAt, EditionExpectation Expectation, DateTimeOffset? LastFetch);
}
