using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Delivery;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.SignUp;

/// <summary>Composes the mails of an address change: to the new address and to the old one.</summary>
public sealed class AddressChangeComposer(
    SubscriberStore subscribers, AddressChangeFlow changes, SuppressionStore suppressions, MailRenderer renderer,
    MessageFactory messageFactory, SubscriberLinks links)
{
    public IEnumerable<Composer> AsComposers() =>
    [
        new Composer([MailingKind.AddressChangeConfirmation], (delivery, stop) => ComposeAsync(delivery, isNew: true, stop)),
        new Composer([MailingKind.AddressChangeNotice], (delivery, stop) => ComposeAsync(delivery, isNew: false, stop)),
    ];

    /// <param name="isNew">Whether the mail goes to the new address rather than to the old one.</param>
    private async Task<Composition> ComposeAsync(
        ClaimedDelivery delivery, bool isNew, CancellationToken cancellationToken)
    {
        var id = long.Parse(delivery.Key, CultureInfo.InvariantCulture);
        if (await subscribers.FindAsync(delivery.SubscriberId, cancellationToken) is not { } subscriber ||
            await changes.FindAsync(id, cancellationToken) is not { } change ||
            (change.State != AddressChangeState.Requested &&
                (isNew || change.State == AddressChangeState.Reverted)))
        {
            return new Composition.Skip("the address change is no longer pending, or the subscriber no longer exists");
        }

        var to = isNew ? change.NewAddress : change.OldAddress;
        if (!EmailAddress.TryParse(to, out var address, out _) ||
            await suppressions.FindAsync(address, cancellationToken) is { } suppression &&
            !(isNew && suppression.Reason is SuppressionReason.HardBounce or SuppressionReason.SoftBounces))
        {
            return new Composition.Skip("the address is suppressed");
        }

        // Neither address is shown in full to the other: both are masked as far as the mail stays understandable.
        var language = renderer.FindLanguage(subscriber.Preferences.Language);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber with { Address = to }, language)),
            ("address_change", TemplateModel.Create(
                ("old", isNew ? EmailAddress.Mask(change.OldAddress) : change.OldAddress),
                ("new", isNew ? change.NewAddress : EmailAddress.Mask(change.NewAddress)))),
            ("links", Links(subscriber, change, delivery.QueuedAt)),
            ("request", TemplateModel.Create(
                ("at", language.FormatInstant(change.RequestedAt)),
                ("network", change.Network))),
            ("expires_hours", (int)(isNew ? LinkSigner.ConfirmationLifetime : LinkSigner.DisputeLifetime).TotalHours));
        var content = renderer.Render(
            isNew ? "address_change_confirmation" : "address_change_notice", model, null, subscriber.Preferences.Format == MailFormat.Html, language.Tag);
        return new Composition.Mail(messageFactory.Create(delivery, subscriber with { Address = to }, content, archiveUrl: null));
    }

    private ScriptObject Links(Subscriber subscriber, AddressChange change, DateTimeOffset issuedAt) => TemplateModel.Create(
        ("confirm", links.ConfirmAddressChange(subscriber, change.Id, issuedAt)),
        ("revert", links.RevertAddressChange(subscriber, change.Id, issuedAt)));
}
