using System.Collections.Concurrent;
using System.Globalization;
using TrendingMail.Delivery.History;
using TrendingMail.Editions;
using TrendingMail.Messages;
using TrendingMail.Papers;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Digests.Selection;

/// <summary>
/// Loads the candidates of a mailing and selects from them, once for all subscribers with the same profile.
/// </summary>
public sealed class DigestSelector(
    EditionStore editions, PaperStore papers, InterestStore interests, DeliveryHistory history)
{
    /// <summary>Mailings to cache. Only one or two are sent at a time, so this is ample.</summary>
    private const int MaximumCachedMailings = 16;

    /// <summary>
    /// Distinct selections to cache for a mailing. Beyond that, caching profiles that are all different gains little.
    /// </summary>
    private const int MaximumCachedSelections = 50_000;

    private readonly ConcurrentDictionary<string, CachedMailing> cache = new(StringComparer.Ordinal);

    /// <summary>
    /// Selects a subscriber's digest; null if there is no edition that the subscriber has not received.
    /// </summary>
    public async Task<Digest?> SelectAsync(
        Mailing.Digest mailing, Subscriber subscriber, CancellationToken cancellationToken)
    {
        var cached = mailing is Mailing.Weekly
            ? await FindWeekAsync(mailing, subscriber, cancellationToken)
            : await FindDayAsync(mailing, cancellationToken);
        if (cached is null)
        {
            return null;
        }

        var key = (subscriber.Profile, subscriber.Preferences.Papers);
        if (cached.Selections.TryGetValue(key, out var digest))
        {
            return digest;
        }

        var subscriberInterests = subscriber.Profile.Length == 0
            ? [] : await interests.ListAsync(subscriber.Id, cancellationToken);
        digest = DigestSelection.Select(cached.Candidates, subscriberInterests, subscriber.Preferences.Papers);
        if (cached.Selections.Count < MaximumCachedSelections)
        {
            cached.Selections.TryAdd(key, digest);
        }

        return digest;
    }

    /// <summary>The digest as it was sent; null if its editions no longer exist.</summary>
    public async Task<Digest?> RestoreAsync(
        Mailing.Digest mailing, SentDigest sent, CancellationToken cancellationToken)
    {
        var published = await editions.ListDaysAsync(
            Digest.WeekEnding(mailing.Day)[0], mailing.Day, cancellationToken);
        var cached = mailing is not Mailing.Weekly ? await FindDayAsync(mailing, cancellationToken)
            : published.Count > 0 ? await LoadWeekAsync(mailing, published, published, cancellationToken)
            : null;
        return cached is null ? null : sent.Restore(cached.Candidates);
    }

    /// <summary>
    /// Selects the digest of the newest edition, or of the week that ends with it; null if there is nothing to send.
    /// </summary>
    public async Task<Digest?> SelectNewestAsync(Subscriber subscriber, CancellationToken cancellationToken) =>
        await editions.FindNewestAsync(cancellationToken) is { } newest
            ? await SelectAsync(
                Digest.MailingFor(subscriber.Preferences.Frequency == Frequency.Weekly, newest.Day), subscriber,
                cancellationToken)
            : null;

    /// <summary>A daily edition never changes, so it is loaded once.</summary>
    private async Task<CachedMailing?> FindDayAsync(Mailing.Digest mailing, CancellationToken cancellationToken)
    {
        var key = mailing.ToString();
        return cache.TryGetValue(key, out var cached) ? cached
            : await editions.FindAsync(mailing.Day, cancellationToken) is { } edition
                ? AddToCache(key, DigestCandidates.ForDay(edition))
                : null;
    }

    /// <summary>
    /// Checks each time which editions of the week exist, because more may be published, but loads them once for all
    /// subscribers who have received the same ones or none.
    /// </summary>
    private async Task<CachedMailing?> FindWeekAsync(
        Mailing.Digest mailing, Subscriber subscriber, CancellationToken cancellationToken)
    {
        var day = mailing.Day;
        var week = Digest.WeekEnding(day);
        var published = await editions.ListDaysAsync(week[0], day, cancellationToken);
        var received = await history.DigestsAsync(subscriber.Id, week[0], day, cancellationToken);
        var days = Digest.UnsentDays(day, published, received.Where(other => other != mailing));
        return days.Count == 0 ? null : await LoadWeekAsync(mailing, published, days, cancellationToken);
    }

    /// <param name="published">The days of the week with an edition.</param>
    /// <param name="days">Those to select from.</param>
    private async Task<CachedMailing> LoadWeekAsync(
        Mailing.Digest mailing, IReadOnlyList<DateOnly> published, IReadOnlyList<DateOnly> days,
        CancellationToken cancellationToken)
    {
        var day = mailing.Day;
        var key = string.Join(
            ' ', [mailing.ToString(), .. published.Select(FormatDay), "-", .. days.Select(FormatDay)]);
        if (cache.TryGetValue(key, out var cached))
        {
            return cached;
        }

        var found = (await editions.ListBetweenAsync(days[0], day, cancellationToken))
            .Where(edition => days.Contains(edition.Day)).ToArray();
        var ids = found.SelectMany(edition => edition.Papers).Select(paper => paper.PaperId).ToArray();
        var counts = await papers.CountsAsync(ids, EndOfDay(day), cancellationToken);
        return AddToCache(key, DigestCandidates.ForWeek(found, day, published, counts));
    }

    private CachedMailing AddToCache(string key, DigestCandidates candidates)
    {
        if (cache.Count >= MaximumCachedMailings)
        {
            cache.Clear();
        }

        return cache.GetOrAdd(key, new CachedMailing(candidates));
    }

    /// <summary>When a week's votes are counted: the end of its last day in UTC.</summary>
    private static DateTimeOffset EndOfDay(DateOnly day) => new(day.AddDays(1), default, TimeSpan.Zero);

    private static string FormatDay(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record CachedMailing(DigestCandidates Candidates)
    {
        public ConcurrentDictionary<(string Profile, int Papers), Digest> Selections { get; } = new();
    }
}
