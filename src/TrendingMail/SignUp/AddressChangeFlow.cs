using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// A reader moves to another address: it is confirmed from there, and told at once to the old one, which can take it back
/// before and after, for the link may have been in other hands. Until it is confirmed all stays as it is; then every link
/// that was mailed before is void.
/// </summary>
public sealed class AddressChangeFlow(
    Database database, SubscriberStore subscribers, SignUpBlocks blocks, ErasedAddresses erased, Ledger ledger,
    TimeProvider clock)
{
    private const string Columns = "id, subscriber_id, old_address, new_address, state, asked_at, network, settled_at";

    private const string Void = "This link is not valid any more. The newest one is in the newest mail.";

    /// <summary>
    /// Someone who holds the reader's link wishes another address. It is sent a confirmation, at most once an hour and
    /// three times a day; whoever asks learns nothing of what is known about the new address.
    /// </summary>
    public Task AskAsync(
        Subscriber reader, EmailAddress address, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var now = clock.GetUtcNow();
            var asked = await session.QueryAsync<DateTimeOffset>("""
                SELECT asked_at FROM address_changes
                WHERE asked_at > @dayAgo AND (new_address_key = @Key OR subscriber_id = @Id)
                """, new { dayAgo = now.AddDays(-1), address.Key, reader.Id });
            var askedHere = await session.QueryAsync<DateTimeOffset>("""
                SELECT asked_at FROM address_changes WHERE asked_at > @dayAgo AND new_address_key = @Key
                """, new { dayAgo = now.AddDays(-1), address.Key });
            if (asked.Count >= SignUpFlow.AnswersPerDay || !SignUpFlow.MayAnswer(askedHere, now) ||
                await blocks.ContainsAsync(session, address) || await IsStoppedAsync(session, address.Key))
            {
                return;
            }

            var id = await session.SingleAsync<long>("""
                INSERT INTO address_changes (subscriber_id, old_address, new_address, new_address_key, state, asked_at, network)
                VALUES (@Id, @Address, @Value, @Key, 'asked', @now, @Network)
                RETURNING id
                """, new { reader.Id, reader.Address, address.Value, address.Key, now, origin.Network });
            await QueueAsync(session, MailingKind.Move, id, reader.Id);
            await QueueAsync(session, MailingKind.Moving, id, reader.Id);
        }, cancellationToken);

    public static async Task<AddressChange?> FindAsync(Session session, long id) =>
        await session.FirstOrDefaultAsync<AddressChange>($"SELECT {Columns} FROM address_changes WHERE id = @id", new { id });

    public Task<AddressChange?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>A reader's changes of address, oldest first.</summary>
    public Task<IReadOnlyList<AddressChange>> ListAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<AddressChange>(
            $"SELECT {Columns} FROM address_changes WHERE subscriber_id = @subscriberId ORDER BY id",
            new { subscriberId }), cancellationToken);

    /// <summary>The button behind the link in the mail to the new address.</summary>
    public Task<MoveResult> ConfirmAsync(LinkToken token, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync<MoveResult>(async session =>
        {
            var (reader, change) = await ReadAsync(session, token);
            if (reader is null || change is null)
            {
                return new MoveResult.Refused(Void);
            }

            if (change.State == AddressChangeState.Moved.ToColumn() && reader.Address == change.NewAddress)
            {
                return new MoveResult.Moved(reader.MaskedAddress);
            }

            if (reader.LinkEpoch != token.Epoch || change.State != AddressChangeState.Asked.ToColumn() ||
                reader.Address != change.OldAddress)
            {
                return new MoveResult.Refused(Void);
            }

            return await MoveAsync(session, reader, change.NewAddress, ConsentKind.Moved, origin) is { } fault
                ? fault
                : await SettleAsync(session, change, AddressChangeState.Moved, change.NewAddress);
        }, cancellationToken);

    /// <summary>The button behind the link in the mail to the old address: it was someone else.</summary>
    public Task<MoveResult> TakeBackAsync(LinkToken token, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync<MoveResult>(async session =>
        {
            var (reader, change) = await ReadAsync(session, token);
            if (reader is null || change is null)
            {
                return new MoveResult.Refused(Void);
            }

            if (change.State == AddressChangeState.TakenBack.ToColumn() && reader.Address == change.OldAddress)
            {
                return new MoveResult.Moved(reader.MaskedAddress);
            }

            if (change.State == AddressChangeState.Asked.ToColumn() && reader.Address == change.OldAddress)
            {
                // Whoever asked has a link of this reader's.
                await SubscriberStore.RevokeLinksAsync(session, reader.Id);
                var eventId = await subscribers.RecordConsentAsync(session, reader.Id, ConsentKind.Restored, origin);
                await QueueAsync(session, MailingKind.Welcome, eventId, reader.Id);
                return await SettleAsync(session, change, AddressChangeState.TakenBack, change.OldAddress);
            }

            if (change.State != AddressChangeState.Moved.ToColumn() || reader.Address != change.NewAddress)
            {
                return new MoveResult.Refused("The address has been changed again since then. Please write to us.");
            }

            return await MoveAsync(session, reader, change.OldAddress, ConsentKind.Restored, origin) is { } fault
                ? fault
                : await SettleAsync(session, change, AddressChangeState.TakenBack, change.OldAddress);
        }, cancellationToken);

    private static async Task<(Subscriber? Reader, AddressChange? Change)> ReadAsync(Session session, LinkToken token) =>
        (await SubscriberStore.FindAsync(session, token.SubscriberId),
            await FindAsync(session, token.Subject) is { } change && change.SubscriberId == token.SubscriberId ? change : null);

    private async Task<MoveResult.Refused?> MoveAsync(
        Session session, Subscriber reader, string to, ConsentKind kind, Origin origin)
    {
        if (reader.State is not (SubscriberState.Active or SubscriberState.Paused) ||
            !EmailAddress.TryParse(to, out var address, out _))
        {
            return new MoveResult.Refused("You are not subscribed any more. Please subscribe again.");
        }

        if (await IsStoppedAsync(session, address.Key))
        {
            return new MoveResult.Refused("Mail to this address was stopped after a complaint or by the operator.");
        }

        if (await SubscriberStore.FindAsync(session, address) is { } other && other.Id != reader.Id)
        {
            if (other.State != SubscriberState.Pending)
            {
                return new MoveResult.Refused("This address has, or had, a subscription of its own. Please use that one: " +
                    "subscribe it on our front page, and unsubscribe the old address.");
            }

            await SubscriberStore.DropPendingAsync(session, other.Id);
        }

        await SuppressionStore.LiftForReaderAsync(session, address.Key);
        await erased.RemoveAsync(session, address.Key);
        await SubscriberStore.MoveAsync(session, reader.Id, address);
        var eventId = await subscribers.RecordConsentAsync(session, reader.Id, kind, origin);

        // The welcome takes the new links to where mail goes now.
        await QueueAsync(session, MailingKind.Welcome, eventId, reader.Id);
        return null;
    }

    private async Task<MoveResult> SettleAsync(Session session, AddressChange change, AddressChangeState state, string address)
    {
        await session.ExecuteAsync("UPDATE address_changes SET state = @state, settled_at = @now WHERE id = @Id",
            new { change.Id, state = state.ToColumn(), now = clock.GetUtcNow() });
        return new MoveResult.Moved(EmailAddress.Mask(address));
    }

    private async Task<bool> IsStoppedAsync(Session session, string addressKey) =>
        await SuppressionStore.FindAsync(session, addressKey) is { Reason: SuppressionReason.Complaint or SuppressionReason.Operator } ||
        await erased.FindAsync(session, addressKey) is { Complained: true };

    private Task<bool> QueueAsync(Session session, string kind, long key, long subscriberId) =>
        ledger.QueueAsync(session, new Mailing(kind, key.ToString(CultureInfo.InvariantCulture)), subscriberId,
            LinkSigner.ConfirmationLifetime);
}
