using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.SignUp;

/// <summary>Composes the confirmation, welcome and goodbye notices.</summary>
public sealed class NoticeComposer(
    SubscriberStore subscribers, EditionStore editions, MailRenderer renderer, MessageFactory messageFactory, SubscriberLinks links,
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
        var subscriber = delivery.Subscriber ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (subscriber is null or { State: SubscriberState.Active or SubscriberState.Paused, Suppression: null })
        {
            return new Composition.Skip("there is nothing left to confirm");
        }

        // A new request after bounces is worth a try: following the link proves that mail arrives again.
        if (subscriber.Suppression is SuppressionReason.Complaint or SuppressionReason.Operator)
        {
            return new Composition.Skip($"the address is suppressed: {subscriber.Suppression.Value.ToColumn()}");
        }

        var asked = await FindEventAsync(delivery, cancellationToken);
        var language = renderer.FindLanguage(subscriber.Preferences.Language);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("links", TemplateModel.Create(
                ("confirm", links.Confirm(subscriber, delivery.QueuedAt)),
                ("not_me", links.ReportNotMe(subscriber, delivery.QueuedAt)))),
            ("request", TemplateModel.Create(
                ("at", language.FormatInstant(delivery.QueuedAt)),
                ("network", asked?.Network))),
            ("block_days", (int)SignUpBlocklist.Duration.TotalDays),
            ("expires_hours", (int)LinkSigner.ConfirmationLifetime.TotalHours));
        var content = renderer.Render("confirmation", model, null, WantsHtml(subscriber), language.Tag);
        return new Composition.Mail(messageFactory.Create(delivery, subscriber, content, archiveUrl: null));
    }

    private async Task<Composition> ComposeWelcomeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var subscriber = delivery.Subscriber ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (subscriber is not { State: SubscriberState.Active or SubscriberState.Paused })
        {
            return new Composition.Skip($"the subscriber is {subscriber?.State.ToString() ?? "gone"}");
        }

        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        // Someone who signed up again while subscribed, or changed the address, already has the latest edition or gets
        // it at the usual time.
        var isFirst = await FindEventAsync(delivery, cancellationToken) is { Kind: ConsentKind.Confirmed or ConsentKind.Added };
        var due = DueTime.Next(subscriber.Preferences.Schedule, subscriber.PausedUntil, delivery.QueuedAt);
        var language = renderer.FindLanguage(subscriber.Preferences.Language);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("links", TemplateModel.Create(
                ("preferences", links.Preferences(subscriber, delivery.QueuedAt)),
                ("unsubscribe", links.Unsubscribe(subscriber, delivery.QueuedAt)),
                ("archive", site.BaseUrl))),
            ("next", TemplateModel.Create(
                ("when", SubscriberModel.FormatSendTime(due, delivery.QueuedAt, subscriber.Preferences, language)),
                ("latest_edition_follows", isFirst && await editions.FindNewestAsync(cancellationToken) is not null))));
        var content = renderer.Render("welcome", model, null, WantsHtml(subscriber), language.Tag);
        return new Composition.Mail(messageFactory.Create(delivery, subscriber, content, site.BaseUrl));
    }

    /// <summary>
    /// Goes to the unsubscribed address, so that its owner learns of it if someone else used the link. It has no List-*
    /// headers: there is nothing left to unsubscribe from.
    /// </summary>
    private async Task<Composition> ComposeGoodbyeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var subscriber = delivery.Subscriber ?? await subscribers.FindAsync(delivery.SubscriberId, cancellationToken);
        if (subscriber is not { State: SubscriberState.Unsubscribed })
        {
            return new Composition.Skip($"the subscriber is {subscriber?.State.ToString() ?? "gone"}");
        }

        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        var left = await FindEventAsync(delivery, cancellationToken);
        var language = renderer.FindLanguage(subscriber.Preferences.Language);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("links", TemplateModel.Create(("undo_unsubscribe", links.UndoUnsubscribe(subscriber, delivery.QueuedAt)))),
            ("unsubscribed", TemplateModel.Create(
                ("at", language.FormatInstant(delivery.QueuedAt)),
                ("by", left?.Origin),
                ("network", left?.Network))),
            ("expires_days", (int)LinkSigner.DisputeLifetime.TotalDays));
        var content = renderer.Render("goodbye", model, null, WantsHtml(subscriber), language.Tag);
        return new Composition.Mail(messageFactory.Create(delivery, subscriber, content, archiveUrl: null));
    }

    /// <summary>The consent event that caused the notice. Its id is the key of the mailing.</summary>
    private async Task<ConsentEvent?> FindEventAsync(ClaimedDelivery delivery, CancellationToken cancellationToken) =>
        (await subscribers.ListConsentEventsAsync(delivery.SubscriberId, cancellationToken))
            .FirstOrDefault(e => e.Id.ToString(CultureInfo.InvariantCulture) == delivery.Key);

    private static bool WantsHtml(Subscriber subscriber) => subscriber.Preferences.Format == MailFormat.Html;
}
