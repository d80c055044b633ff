using System.Globalization;
using Scriban.Runtime;
using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>Makes the mails about a change of address: to the new one, and to the old one.</summary>
public sealed class MoveComposer(
    SubscriberStore subscribers, AddressChangeFlow changes, SuppressionStore suppressions, MailRenderer renderer,
    Postmark postmark, ReaderLinks links)
{
    public IEnumerable<Composer> AsComposers() =>
    [
        new Composer([MailingKind.Move], (delivery, stop) => ComposeAsync(delivery, isNew: true, stop)),
        new Composer([MailingKind.Moving], (delivery, stop) => ComposeAsync(delivery, isNew: false, stop)),
    ];

    /// <param name="isNew">Whether it goes to the new address; else to the old one.</param>
    private async Task<Composition> ComposeAsync(
        ClaimedDelivery delivery, bool isNew, CancellationToken cancellationToken)
    {
        var id = long.Parse(delivery.Key, CultureInfo.InvariantCulture);
        if (await subscribers.FindAsync(delivery.SubscriberId, cancellationToken) is not { } reader ||
            await changes.FindAsync(id, cancellationToken) is not { } change ||
            (change.State != AddressChangeState.Asked.ToColumn() &&
                (isNew || change.State == AddressChangeState.TakenBack.ToColumn())))
        {
            return new Composition.Skip("the change of address is settled, or its reader is gone");
        }

        var to = isNew ? change.NewAddress : change.OldAddress;
        if (!EmailAddress.TryParse(to, out var address, out _) ||
            await suppressions.FindAsync(address, cancellationToken) is { } suppression &&
            !(isNew && suppression.Reason is SuppressionReason.HardBounce or SuppressionReason.SoftBounces))
        {
            return new Composition.Skip("the address is suppressed");
        }

        // Each of the two learns of the other no more than it must to know what this is about.
        var language = renderer.Language(reader.Preferences.Language);
        var model = Model.Of(
            ("reader", ReaderModel.Of(reader with { Address = to }, language)),
            ("move", Model.Of(
                ("old", isNew ? EmailAddress.Mask(change.OldAddress) : change.OldAddress),
                ("new", isNew ? change.NewAddress : EmailAddress.Mask(change.NewAddress)))),
            ("links", Links(reader, change, delivery.QueuedAt)),
            ("asked", Model.Of(
                ("at", language.Instant(change.AskedAt)),
                ("network", change.Network))),
            ("expires_hours", (int)(isNew ? LinkSigner.ConfirmationLifetime : LinkSigner.ObjectionLifetime).TotalHours));
        var content = renderer.Render(
            isNew ? "move" : "moving", model, null, reader.Preferences.Format == MailFormat.Html, language.Tag);
        return new Composition.Mail(postmark.Address(delivery, reader with { Address = to }, content, archiveUrl: null));
    }

    private ScriptObject Links(Subscriber reader, AddressChange change, DateTimeOffset issuedAt) => Model.Of(
        ("confirm", links.Move(reader, change.Id, issuedAt)),
        ("move_back", links.MoveBack(reader, change.Id, issuedAt)));
}
