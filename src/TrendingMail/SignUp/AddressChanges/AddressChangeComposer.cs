using Scriban.Runtime;
using TrendingMail.Delivery;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Templates;

namespace TrendingMail.SignUp.AddressChanges;

/// <summary>Composes the mails of an address change: to the new address and to the old one.</summary>
public sealed class AddressChangeComposer(
    AddressChangeFlow changes, SuppressionStore suppressions, MessageComposer messages, SubscriberLinks links)
{
    /// <summary>The composer of both mails.</summary>
    public Task<Composition>? ComposeAsync(
        MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken) => identity.Mailing switch
        {
            Mailing.Notice { Kind: NoticeKind.AddressChangeConfirmation } notice =>
                ComposeAsync(notice.SourceId, isNew: true, identity, subscriber, cancellationToken),
            Mailing.Notice { Kind: NoticeKind.AddressChangeNotice } notice =>
                ComposeAsync(notice.SourceId, isNew: false, identity, subscriber, cancellationToken),
            _ => null,
        };

    /// <param name="isNew">Whether the mail goes to the new address rather than to the old one.</param>
    private async Task<Composition> ComposeAsync(
        long changeId, bool isNew, MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (await changes.FindAsync(changeId, cancellationToken) is not { } change ||
            (change.State != AddressChangeState.Requested &&
                (isNew || change.State == AddressChangeState.Reverted)))
        {
            return new Composition.Skip("the address change is no longer pending");
        }

        var to = isNew ? change.NewAddress : change.OldAddress;
        if (!EmailAddress.TryParse(to, out var address, out _) ||
            await suppressions.FindAsync(address, cancellationToken) is { } suppression &&
            !(isNew && suppression.Reason is SuppressionReason.HardBounce or SuppressionReason.SoftBounces))
        {
            return new Composition.Skip("the address is suppressed");
        }

        // Neither address is shown in full to the other: both are masked as far as the mail stays understandable.
        var language = messages.FindLanguage(subscriber);
        var model = TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber with { Address = to }, language)),
            ("address_change", TemplateModel.Create(
                ("old", isNew ? EmailAddress.Mask(change.OldAddress) : change.OldAddress),
                ("new", isNew ? change.NewAddress : EmailAddress.Mask(change.NewAddress)))),
            ("links", Links(subscriber, change, identity.QueuedAt)),
            ("request", TemplateModel.Create(
                ("at", language.FormatInstant(change.RequestedAt)),
                ("network", change.Network))),
            ("lifetime", language.FormatDuration(
                isNew ? LinkSigner.ConfirmationLifetime : LinkSigner.DisputeLifetime)));
        return new Composition.Mail(messages.Compose(
            identity, subscriber with { Address = to },
            isNew ? "address_change_confirmation" : "address_change_notice", model));
    }

    private ScriptObject Links(Subscriber subscriber, AddressChange change, DateTimeOffset issuedAt) =>
        TemplateModel.Create(
        ("confirm", links.ConfirmAddressChange(subscriber, change.Id, issuedAt)),
        ("revert", links.RevertAddressChange(subscriber, change.Id, issuedAt)));
}
