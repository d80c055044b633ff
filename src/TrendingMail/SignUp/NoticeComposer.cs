using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>Makes the mails that answer a reader's step: confirmation, welcome and goodbye.</summary>
public sealed class NoticeComposer(
    SubscriberStore subscribers, EditionStore editions, MailRenderer renderer, Postmark postmark, ReaderLinks links,
    SiteOptions site)
{
    public IEnumerable<Composer> AsComposers() =>
    [
        new Composer([MailingKind.Confirmation], ComposeConfirmationAsync),
        new Composer([MailingKind.Welcome], ComposeWelcomeAsync),
        new Composer([MailingKind.Goodbye], ComposeGoodbyeAsync),
    ];

    private async Task<Composition> ComposeConfirmationAsync(
        ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var reader = delivery.Reader ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (reader is null or { State: SubscriberState.Active or SubscriberState.Paused, Suppression: null })
        {
            return new Composition.Skip("there is nothing to confirm any more");
        }

        // After bounces the reader's own wish is worth a try: that the link is followed shows that mail arrives again.
        if (reader.Suppression is SuppressionReason.Complaint or SuppressionReason.Operator)
        {
            return new Composition.Skip($"the address is suppressed: {reader.Suppression.Value.ToColumn()}");
        }

        var asked = await EventOfAsync(delivery, cancellationToken);
        var language = renderer.Language(reader.Preferences.Language);
        var model = Model.Of(
            ("reader", ReaderModel.Of(reader, language)),
            ("links", Model.Of(
                ("confirm", links.Confirm(reader, delivery.QueuedAt)),
                ("disown", links.Disown(reader, delivery.QueuedAt)))),
            ("asked", Model.Of(
                ("at", language.Instant(delivery.QueuedAt)),
                ("network", asked?.Network))),
            ("block_days", (int)SignUpBlocks.Duration.TotalDays),
            ("expires_hours", (int)LinkSigner.ConfirmationLifetime.TotalHours));
        var content = renderer.Render("confirmation", model, null, WantsHtml(reader), language.Tag);
        return new Composition.Mail(postmark.Address(delivery, reader, content, archiveUrl: null));
    }

    private async Task<Composition> ComposeWelcomeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var reader = delivery.Reader ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (reader is not { State: SubscriberState.Active or SubscriberState.Paused })
        {
            return new Composition.Skip($"the reader is {reader?.State.ToString() ?? "gone"}");
        }

        if (reader.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        // A reader who asked again while subscribed, or moved, has had the newest edition, or gets it at the usual hour.
        var isFirst = await EventOfAsync(delivery, cancellationToken) is { Kind: ConsentKind.Confirmed or ConsentKind.Added };
        var due = DueTime.Next(reader.Preferences, reader.PausedUntil, delivery.QueuedAt);
        var language = renderer.Language(reader.Preferences.Language);
        var model = Model.Of(
            ("reader", ReaderModel.Of(reader, language)),
            ("links", Model.Of(
                ("preferences", links.Preferences(reader, delivery.QueuedAt)),
                ("unsubscribe", links.Unsubscribe(reader, delivery.QueuedAt)),
                ("archive", site.BaseUrl))),
            ("next", Model.Of(
                ("when", ReaderModel.When(due, delivery.QueuedAt, reader.Preferences, language)),
                ("newest_comes_now", isFirst && await editions.NewestAsync(cancellationToken) is not null))));
        var content = renderer.Render("welcome", model, null, WantsHtml(reader), language.Tag);
        return new Composition.Mail(postmark.Address(delivery, reader, content, site.BaseUrl));
    }

    /// <summary>
    /// To the address that was unsubscribed, so that its owner learns of it where the link was in other hands. It is none
    /// of the list's mails: there is nothing left to unsubscribe from.
    /// </summary>
    private async Task<Composition> ComposeGoodbyeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var reader = delivery.Reader ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (reader is not { State: SubscriberState.Unsubscribed })
        {
            return new Composition.Skip($"the reader is {reader?.State.ToString() ?? "gone"}");
        }

        if (reader.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        var left = await EventOfAsync(delivery, cancellationToken);
        var language = renderer.Language(reader.Preferences.Language);
        var model = Model.Of(
            ("reader", ReaderModel.Of(reader, language)),
            ("links", Model.Of(("return", links.Return(reader, delivery.QueuedAt)))),
            ("left", Model.Of(
                ("at", language.Instant(delivery.QueuedAt)),
                ("by", left?.Origin),
                ("network", left?.Network))),
            ("expires_days", (int)LinkSigner.ObjectionLifetime.TotalDays));
        var content = renderer.Render("goodbye", model, null, WantsHtml(reader), language.Tag);
        return new Composition.Mail(postmark.Address(delivery, reader, content, archiveUrl: null));
    }

    /// <summary>The line of the consent history that the notice answers: its id is the mailing's key.</summary>
    private async Task<ConsentEvent?> EventOfAsync(ClaimedDelivery delivery, CancellationToken cancellationToken) =>
        (await subscribers.ConsentHistoryAsync(delivery.SubscriberId, cancellationToken))
            .FirstOrDefault(e => e.Id.ToString(CultureInfo.InvariantCulture) == delivery.Key);

    private static bool WantsHtml(Subscriber reader) => reader.Preferences.Format == MailFormat.Html;
}
