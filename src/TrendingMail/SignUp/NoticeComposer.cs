using TrendingMail.Delivery;
using TrendingMail.Delivery.History;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.SignUp;

/// <summary>Composes the confirmation, welcome and goodbye notices.</summary>
public sealed class NoticeComposer(
    Database database, SubscriberStore subscribers, SignUpBlocklist blocklist, EditionForecast forecast,
    DeliveryHistory history, MessageComposer messages,
    SubscriberLinks links, SiteOptions site)
{
    /// <summary>The composer of these notices.</summary>
    public Task<Composition>? ComposeAsync(
        MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken) => identity.Mailing switch
        {
            Mailing.Notice { Kind: NoticeKind.Confirmation } notice =>
                ComposeConfirmationAsync(notice, identity, subscriber, cancellationToken),
            Mailing.Notice { Kind: NoticeKind.Welcome } notice =>
                ComposeWelcomeAsync(notice, identity, subscriber, cancellationToken),
            Mailing.Notice { Kind: NoticeKind.Goodbye } notice =>
                ComposeGoodbyeAsync(notice, identity, subscriber, cancellationToken),
            _ => null,
        };

    private async Task<Composition> ComposeConfirmationAsync(
        Mailing.Notice notice, MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (subscriber is { State: SubscriberState.Active or SubscriberState.Paused, Suppression: null })
        {
            return new Composition.Skip("there is nothing left to confirm");
        }

        // A new request after bounces is worth a try: following the link proves that mail arrives again.
        if (subscriber.Suppression is SuppressionReason.Complaint or SuppressionReason.Operator)
        {
            return new Composition.Skip($"the address is suppressed: {subscriber.Suppression.Value.ToColumn()}");
        }

        // Its owner may have reported another address of the mailbox while this confirmation waited.
        if (EmailAddress.TryParse(subscriber.Address, out var address, out _) &&
            await database.ReadAsync(session => blocklist.ContainsAsync(session, address), cancellationToken))
        {
            return new Composition.Skip("the owner of the mailbox reported a request of someone else");
        }

        var asked = await FindEventAsync(notice, subscriber, cancellationToken);
        var language = messages.FindLanguage(subscriber);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("links", TemplateModel.Create(
                ("confirm", links.Confirm(subscriber, identity.QueuedAt)),
                ("not_me", links.ReportNotMe(subscriber, identity.QueuedAt)))),
            ("request", TemplateModel.Create(
                ("at", language.FormatInstant(identity.QueuedAt)),
                ("network", asked?.Network))),
            ("block_days", (int)SignUpBlocklist.Duration.TotalDays),
            ("lifetime", language.FormatDuration(LinkSigner.ConfirmationLifetime)));
        return new Composition.Mail(messages.Compose(identity, subscriber, "confirmation", model));
    }

    private async Task<Composition> ComposeWelcomeAsync(
        Mailing.Notice notice, MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (subscriber is not { State: SubscriberState.Active or SubscriberState.Paused })
        {
            return new Composition.Skip($"the subscriber is {subscriber.State}");
        }

        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        // Someone who signed up again while subscribed, or changed the address, already has the latest edition or gets
        // it at the usual time.
        var isFirst = await FindEventAsync(notice, subscriber,
            cancellationToken) is { Kind: ConsentKind.Confirmed or ConsentKind.Added };
        var outlook = await forecast.LookAsync(cancellationToken);
        var hasNewest = outlook is { IsFresh: true, Newest: { } newest } &&
            await HasReceivedAsync(identity, subscriber, newest.Day, cancellationToken);
        var follows = isFirst && outlook.IsFresh && !hasNewest;
        var due = outlook.NextDueAt(subscriber.Preferences.Schedule, subscriber.PausedUntil, identity.QueuedAt,
            hasNewest: hasNewest || follows);
        var language = messages.FindLanguage(subscriber);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("links", TemplateModel.Create(
                ("preferences", links.Preferences(subscriber, identity.QueuedAt)),
                ("unsubscribe", links.Unsubscribe(subscriber, identity.QueuedAt)),
                ("archive", site.BaseUrl))),
            ("next", TemplateModel.Create(
                ("when", SubscriberModel.FormatSendTime(due, identity.QueuedAt, subscriber.Preferences, language)),
                ("awaits_edition", !outlook.IsFresh),
                ("latest_edition_follows", follows))));
        return new Composition.Mail(messages.Compose(identity, subscriber, "welcome", model, archiveUrl: site.BaseUrl));
    }

    /// <summary>Whether a former subscriber got the edition before leaving, and so does not get it again.</summary>
    private async Task<bool> HasReceivedAsync(
        MessageIdentity welcome, Subscriber subscriber, DateOnly day, CancellationToken cancellationToken)
    {
        Mailing.Digest mailing = subscriber.Preferences.Frequency == Frequency.Weekly
            ? new Mailing.Weekly(day) : new Mailing.Daily(day);
        return (await history.ListAsync(subscriber.Id, cancellationToken)).Any(delivery =>
            delivery.Kind == mailing.KindName && delivery.Key == mailing.Key && delivery.QueuedAt < welcome.QueuedAt);
    }

    /// <summary>
    /// Goes to the unsubscribed address, so that its owner learns of it if someone else used the link. It has no List-*
    /// headers: there is nothing left to unsubscribe from.
    /// </summary>
    private async Task<Composition> ComposeGoodbyeAsync(
        Mailing.Notice notice, MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (subscriber is not { State: SubscriberState.Unsubscribed })
        {
            return new Composition.Skip($"the subscriber is {subscriber.State}");
        }

        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        var left = await FindEventAsync(notice, subscriber, cancellationToken);
        var language = messages.FindLanguage(subscriber);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("links", TemplateModel.Create(("undo_unsubscribe", links.UndoUnsubscribe(subscriber, identity.QueuedAt)))),
            ("unsubscribed", TemplateModel.Create(
                ("at", language.FormatInstant(identity.QueuedAt)),
                ("by", left?.Origin),
                ("network", left?.Network))),
            ("lifetime", language.FormatDuration(LinkSigner.DisputeLifetime)));
        return new Composition.Mail(messages.Compose(identity, subscriber, "goodbye", model));
    }

    /// <summary>The consent event that caused the notice.</summary>
    private async Task<ConsentEvent?> FindEventAsync(
        Mailing.Notice notice, Subscriber subscriber, CancellationToken cancellationToken) =>
        (await subscribers.ListConsentEventsAsync(subscriber.Id, cancellationToken))
            .FirstOrDefault(e => e.Id == notice.SourceId);
}
