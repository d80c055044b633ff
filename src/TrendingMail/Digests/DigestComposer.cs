using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>Makes the mail of a digest.</summary>
public sealed class DigestComposer(EditionStore editions, SubscriberStore subscribers, DigestPress press)
{
    /// <summary>
    /// The day's edition that was asked for last: it never changes, and all digests of that day need it. A week is asked for
    /// each time, for one of its days may still be published.
    /// </summary>
    private volatile Held? latest;

    /// <summary>For the delivery of both kinds of digests.</summary>
    public Composer AsComposer() => new([MailingKind.Daily, MailingKind.Weekly], ComposeAsync);

    /// <summary>The digest of a day or a week for these preferences, or null where there is no edition.</summary>
    public async Task<Digest?> FindAsync(Mailing mailing, Preferences preferences, CancellationToken cancellationToken)
    {
        var days = await EditionsAsync(mailing, cancellationToken);
        return days.Count == 0 ? null
            : mailing.Kind == MailingKind.Daily ? Digest.OfDay(days[0], preferences.Papers)
            : Digest.OfWeek(days, DayOf(mailing), preferences.Papers);
    }

    /// <summary>The mail with which <paramref name="delivery"/> takes a digest to a reader.</summary>
    public Envelope Compose(Digest digest, Subscriber reader, ClaimedDelivery delivery) =>
        press.Print(digest, reader, delivery);

    private static DateOnly DayOf(Mailing mailing) =>
        DateOnly.ParseExact(mailing.Key, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<Edition>> EditionsAsync(Mailing mailing, CancellationToken cancellationToken)
    {
        if (latest is { } held && held.Mailing == mailing)
        {
            return held.Editions;
        }

        var day = DayOf(mailing);
        var from = mailing.Kind == MailingKind.Daily ? day : Digest.WeekStart(day);
        var found = await editions.BetweenAsync(from, day, cancellationToken);
        if (found.Count > 0 && mailing.Kind == MailingKind.Daily)
        {
            latest = new Held(mailing, found);
        }

        return found;
    }

    private async Task<Composition> ComposeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var reader = delivery.Reader ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (reader is not { State: SubscriberState.Active })
        {
            return new Composition.Skip($"the reader is {reader?.State.ToString() ?? "gone"}");
        }

        if (reader.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        var digest = await FindAsync(new Mailing(delivery.Kind, delivery.Key), reader.Preferences, cancellationToken);
        return digest is null
            ? new Composition.Skip($"there is no edition of {delivery.Key}")
            : new Composition.Mail(Compose(digest, reader, delivery));
    }

    private sealed record Held(Mailing Mailing, IReadOnlyList<Edition> Editions);
}
