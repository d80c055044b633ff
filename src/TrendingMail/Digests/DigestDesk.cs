using System.Collections.Concurrent;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>
/// Finds what a mailing's digests are made of, and chooses from it once for all readers who are alike.
/// </summary>
public sealed class DigestDesk(
    EditionStore editions, PaperStore papers, InterestStore interests, DeliveryHistory history)
{
    /// <summary>Mailings go out one or two at a time; this many are held, with some to spare.</summary>
    private const int Held = 16;

    /// <summary>Distinct choices of one mailing that are held. More readers than this who are all different gain nothing by it.</summary>
    private const int HeldChoices = 50_000;

    private readonly ConcurrentDictionary<string, Shelf> shelves = new(StringComparer.Ordinal);

    /// <summary>The digest that a mailing takes to a reader; null where there is no edition that the reader has not had.</summary>
    public async Task<Digest?> FindAsync(Mailing mailing, Subscriber reader, CancellationToken cancellationToken)
    {
        var shelf = mailing.Kind == MailingKind.Weekly
            ? await WeekAsync(mailing, reader, cancellationToken)
            : await DayAsync(mailing, cancellationToken);
        if (shelf is null)
        {
            return null;
        }

        var key = (reader.Profile, reader.Preferences.Papers);
        if (shelf.Choices.TryGetValue(key, out var chosen))
        {
            return chosen;
        }

        var wanted = reader.Profile.Length == 0 ? [] : await interests.ListAsync(reader.Id, cancellationToken);
        chosen = DigestChoice.Of(shelf.Material, wanted, reader.Preferences.Papers);
        if (shelf.Choices.Count < HeldChoices)
        {
            shelf.Choices.TryAdd(key, chosen);
        }

        return chosen;
    }

    /// <summary>A day's edition never changes: it is read once.</summary>
    private async Task<Shelf?> DayAsync(Mailing mailing, CancellationToken cancellationToken)
    {
        var key = $"{mailing.Kind} {mailing.Key}";
        return shelves.TryGetValue(key, out var shelf) ? shelf
            : await editions.FindAsync(DayOf(mailing), cancellationToken) is { } edition
                ? Hold(key, DigestMaterial.OfDay(edition))
                : null;
    }

    /// <summary>
    /// A week's editions are asked for each time, for one of its days may still be published, and read once for all readers
    /// who have had none of them, or the same.
    /// </summary>
    private async Task<Shelf?> WeekAsync(Mailing mailing, Subscriber reader, CancellationToken cancellationToken)
    {
        var day = DayOf(mailing);
        var week = Digest.WeekOf(day);
        var published = await editions.DaysAsync(week[0], day, cancellationToken);
        var had = await history.DigestsAsync(reader.Id, week[0], day, cancellationToken);
        var days = Digest.DaysLeft(day, published, had.Where(other => other != mailing));
        if (days.Count == 0)
        {
            return null;
        }

        var key = string.Join(' ', [mailing.Kind, mailing.Key, .. published.Select(Text), "-", .. days.Select(Text)]);
        if (shelves.TryGetValue(key, out var shelf))
        {
            return shelf;
        }

        var found = (await editions.BetweenAsync(week[0], day, cancellationToken))
            .Where(edition => days.Contains(edition.Day)).ToArray();
        var ids = found.SelectMany(edition => edition.Papers).Select(paper => paper.PaperId).ToArray();
        var counts = await papers.CountsAsync(ids, EndOf(day), cancellationToken);
        return Hold(key, DigestMaterial.OfWeek(found, day, published, counts));
    }

    private Shelf Hold(string key, DigestMaterial material)
    {
        if (shelves.Count >= Held)
        {
            shelves.Clear();
        }

        return shelves.GetOrAdd(key, new Shelf(material));
    }

    /// <summary>When a week's votes are counted: its last day is over everywhere the votes come from.</summary>
    private static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1), default, TimeSpan.Zero);

    private static DateOnly DayOf(Mailing mailing) =>
        DateOnly.ParseExact(mailing.Key, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Shelf(DigestMaterial Material)
    {
        public ConcurrentDictionary<(string Profile, int Papers), Digest> Choices { get; } = new();
    }
}
