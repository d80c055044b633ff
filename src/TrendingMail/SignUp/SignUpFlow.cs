using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>What a confirmation link did.</summary>
public abstract record ConfirmResult
{
    public sealed record Confirmed(Subscriber Subscriber) : ConfirmResult;

    public sealed record AlreadyActive(Subscriber Subscriber) : ConfirmResult;

    /// <summary>The link does not hold any more; why, in words for the reader.</summary>
    public sealed record Refused(string Reason) : ConfirmResult;
}

/// <summary>
/// Subscribing by double opt-in, and leaving. Each step and the mail that answers it are one transaction: neither is
/// ever there without the other.
/// </summary>
public sealed class SignUpFlow(
    Database database, SubscriberStore subscribers, SignUpBlocks blocks, ErasedAddresses erased, Ledger ledger,
    TimeProvider clock)
{
    private const string StoppedByComplaint = "Mail to this address was stopped after a complaint or by the operator. To " +
        "subscribe again, please write to the address at the foot of this page.";

    /// <summary>
    /// An address is sent at most one answer in this time, whoever asks and however often; only its owner's own coming or
    /// leaving begins anew.
    /// </summary>
    private static readonly TimeSpan AnswerInterval = TimeSpan.FromHours(1);

    /// <summary>The most answers an address is sent in a day.</summary>
    internal const int AnswersPerDay = 3;

    /// <summary>
    /// Someone wishes to subscribe an address: it is sent a confirmation link, or the welcome again where it is
    /// subscribed. The caller learns nothing of what is known about the address.
    /// </summary>
    /// <param name="preferences">What a new reader starts with; a known one keeps what was chosen.</param>
    public Task RequestAsync(
        EmailAddress address, Preferences preferences, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(session => RequestAsync(session, address, preferences, origin), cancellationToken);

    /// <inheritdoc cref="RequestAsync(EmailAddress, Preferences, Origin, CancellationToken)"/>
    public async Task RequestAsync(Session session, EmailAddress address, Preferences preferences, Origin origin)
    {
        if (await blocks.ContainsAsync(session, address) || await IsStoppedAsync(session, address.Key))
        {
            return;
        }

        var reader = await SubscriberStore.FindAsync(session, address)
            ?? await subscribers.AddPendingAsync(session, address, preferences);

        // A reader whose mail bounced must confirm anew: that the link is used shows that mail arrives again.
        var subscribed = IsSubscribed(reader) && reader.Suppression is null;
        var answer = subscribed ? ConsentKind.Reminded : ConsentKind.Requested;
        var history = await SubscriberStore.ConsentHistoryAsync(session, reader.Id);
        if (!MayAnswer(SinceLastTurn(history).Where(e => e.Kind == answer).Select(e => e.At), clock.GetUtcNow()))
        {
            return;
        }

        var eventId = await subscribers.RecordConsentAsync(session, reader.Id, answer, origin);
        await QueueNoticeAsync(
            session, subscribed ? MailingKind.Welcome : MailingKind.Confirmation, reader.Id, eventId);
    }

    /// <summary>The reader pressed the button behind the link: from now on digests come.</summary>
    public Task<ConfirmResult> ConfirmAsync(LinkToken token, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync<ConfirmResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, token.SubscriberId) is not { } reader ||
                reader.LinkEpoch != token.Epoch)
            {
                return new ConfirmResult.Refused("This link is not valid any more. Please subscribe again.");
            }

            if (IsSubscribed(reader) && reader.Suppression is null)
            {
                return new ConfirmResult.AlreadyActive(reader);
            }

            // An old link must not bring back someone who left after it was sent. (A link tells its time to the second.)
            var history = await SubscriberStore.ConsentHistoryAsync(session, reader.Id);
            if (!SinceLastTurn(history).Any(e => e.Kind == ConsentKind.Requested && e.At < token.IssuedAt.AddSeconds(1)))
            {
                return new ConfirmResult.Refused(history[^1].Kind == ConsentKind.Disowned
                    ? "This request was taken back: its owner said that it was someone else's."
                    : "You have unsubscribed since this link was sent. Please subscribe again.");
            }

            if (!await LiftAsync(session, reader))
            {
                return new ConfirmResult.Refused(StoppedByComplaint);
            }

            await ActivateAsync(session, reader.Id, ConsentKind.Confirmed, origin);
            return new ConfirmResult.Confirmed((await SubscriberStore.FindAsync(session, reader.Id))!);
        }, cancellationToken);

    /// <summary>An operator adds a reader who has consented elsewhere; no confirmation is asked for.</summary>
    /// <returns>False where the address has unsubscribed: only its owner can undo that.</returns>
    public Task<bool> AddConfirmedAsync(
        EmailAddress address, Preferences preferences, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var reader = await SubscriberStore.FindAsync(session, address)
                ?? await subscribers.AddPendingAsync(session, address, preferences);
            if (reader.State == SubscriberState.Pending)
            {
                await ActivateAsync(session, reader.Id, ConsentKind.Added, origin);
            }

            return reader.State != SubscriberState.Unsubscribed;
        }, cancellationToken);

    /// <summary>
    /// Someone else asked for this reader's address: the request is dropped, nothing is sent, and for a while nobody can
    /// ask again. Safe to do twice.
    /// </summary>
    public Task DisownAsync(LinkToken token, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, token.SubscriberId) is not { } reader ||
                reader.LinkEpoch != token.Epoch ||
                (await SubscriberStore.ConsentHistoryAsync(session, reader.Id))[^1].Kind == ConsentKind.Disowned)
            {
                return;
            }

            if (EmailAddress.TryParse(reader.Address, out var address, out _))
            {
                await blocks.AddAsync(session, address.Key);
            }

            if (reader.State == SubscriberState.Pending)
            {
                await SubscriberStore.DropPendingAsync(session, reader.Id);
                return;
            }

            // Whoever subscribed them may have pressed the button, too: a scanner, or a colleague with the mail.
            await SubscriberStore.UnsubscribeAsync(session, reader.Id);
            await subscribers.RecordConsentAsync(session, reader.Id, ConsentKind.Disowned, origin);
        }, cancellationToken);

    /// <summary>
    /// No digest is made for the reader from now on, and what is queued is not sent. Safe to do twice. A reader who left
    /// by a link or a mail is told so by one goodbye, for the link may have been in someone else's hands.
    /// </summary>
    /// <returns>False where there is no such reader.</returns>
    public Task<bool> UnsubscribeAsync(long subscriberId, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            if (await SubscriberStore.FindAsync(session, subscriberId) is not { } reader)
            {
                return false;
            }

            await UnsubscribeAsync(session, reader, origin);
            return true;
        }, cancellationToken);

    /// <inheritdoc cref="UnsubscribeAsync(long, Origin, CancellationToken)"/>
    public async Task UnsubscribeAsync(Session session, Subscriber reader, Origin origin)
    {
        if (reader.State != SubscriberState.Unsubscribed)
        {
            await LeaveAsync(session, reader, origin);
        }
    }

    /// <summary>The reader says from the own mailbox that someone else unsubscribed them: digests come again.</summary>
    public Task<ConfirmResult> ReturnAsync(LinkToken token, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync<ConfirmResult>(async session =>
        {
            if (await SubscriberStore.FindAsync(session, token.SubscriberId) is not { } reader ||
                reader.LinkEpoch != token.Epoch)
            {
                return new ConfirmResult.Refused("This link is not valid any more. Please subscribe again.");
            }

            if (IsSubscribed(reader))
            {
                return new ConfirmResult.AlreadyActive(reader);
            }

            // It takes back the leaving it was sent for, and none that came later.
            var left = (await SubscriberStore.ConsentHistoryAsync(session, reader.Id))
                .LastOrDefault(e => e.Kind is ConsentKind.Unsubscribed or ConsentKind.Disowned);
            if (left is not { Kind: ConsentKind.Unsubscribed } || left.At >= token.IssuedAt.AddSeconds(1))
            {
                return new ConfirmResult.Refused("You have unsubscribed again since this link was sent.");
            }

            if (!await LiftAsync(session, reader))
            {
                return new ConfirmResult.Refused(StoppedByComplaint);
            }

            await subscribers.ActivateAsync(session, reader.Id);
            await subscribers.RecordConsentAsync(session, reader.Id, ConsentKind.Returned, origin);
            return new ConfirmResult.Confirmed((await SubscriberStore.FindAsync(session, reader.Id))!);
        }, cancellationToken);

    /// <summary>Makes every link void that was mailed to a reader before, and mails the new ones.</summary>
    public Task RevokeLinksAsync(long subscriberId, Origin origin, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await SubscriberStore.RevokeLinksAsync(session, subscriberId);
            var eventId = await subscribers.RecordConsentAsync(session, subscriberId, ConsentKind.Reminded, origin);
            await QueueNoticeAsync(session, MailingKind.Welcome, subscriberId, eventId);
        }, cancellationToken);

    /// <summary>Whether an address may be sent another answer.</summary>
    /// <param name="answers">When it was sent one.</param>
    internal static bool MayAnswer(IEnumerable<DateTimeOffset> answers, DateTimeOffset now)
    {
        var today = answers.Where(at => at > now - TimeSpan.FromDays(1)).ToArray();
        return today.Length < AnswersPerDay && !today.Any(at => at > now - AnswerInterval);
    }

    private static bool IsSubscribed(Subscriber reader) => reader.State is SubscriberState.Active or SubscriberState.Paused;

    /// <summary>Whether an address gets no mail that only an operator can let through, not even a confirmation.</summary>
    private async Task<bool> IsStoppedAsync(Session session, string addressKey) =>
        await SuppressionStore.FindAsync(session, addressKey) is { Reason: SuppressionReason.Complaint or SuppressionReason.Operator } ||
        await erased.FindAsync(session, addressKey) is { Complained: true };

    /// <summary>By the reader's own wish, confirmed from the mailbox: mail arrives there, and is wanted.</summary>
    /// <returns>False where only an operator can let mail through.</returns>
    private async Task<bool> LiftAsync(Session session, Subscriber reader)
    {
        if (!EmailAddress.TryParse(reader.Address, out var address, out _) || await IsStoppedAsync(session, address.Key))
        {
            return false;
        }

        await SuppressionStore.LiftForReaderAsync(session, address.Key);
        await erased.RemoveAsync(session, address.Key);
        return true;
    }

    private async Task LeaveAsync(Session session, Subscriber reader, Origin origin)
    {
        // Who leaves, is brought back and leaves again, over and over, is not mailed over and over.
        var toldToday = (await SubscriberStore.ConsentHistoryAsync(session, reader.Id))
            .Any(e => e.Kind == ConsentKind.Unsubscribed && e.At > clock.GetUtcNow() - TimeSpan.FromDays(1));
        await SubscriberStore.UnsubscribeAsync(session, reader.Id);
        var eventId = await subscribers.RecordConsentAsync(session, reader.Id, ConsentKind.Unsubscribed, origin);
        if (IsSubscribed(reader) && reader.Suppression is null && !toldToday && origin is { IsByLink: true, MayBeAnswered: true })
        {
            await QueueNoticeAsync(session, MailingKind.Goodbye, reader.Id, eventId);
        }
    }

    /// <summary>What was asked for since the reader last came or left: what was asked before has been answered by that.</summary>
    private static IEnumerable<ConsentEvent> SinceLastTurn(IReadOnlyList<ConsentEvent> history) =>
        history.Reverse().TakeWhile(e => e.Kind is ConsentKind.Requested or ConsentKind.Reminded);

    private async Task ActivateAsync(Session session, long subscriberId, ConsentKind kind, Origin origin)
    {
        await subscribers.ActivateAsync(session, subscriberId);
        var eventId = await subscribers.RecordConsentAsync(session, subscriberId, kind, origin);
        await QueueNoticeAsync(session, MailingKind.Welcome, subscriberId, eventId);
    }

    private Task<bool> QueueNoticeAsync(Session session, string kind, long subscriberId, long eventId) =>
        ledger.QueueAsync(session, new Mailing(kind, eventId.ToString(CultureInfo.InvariantCulture)), subscriberId,
            LinkSigner.ConfirmationLifetime);
}
