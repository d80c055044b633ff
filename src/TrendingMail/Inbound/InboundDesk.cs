using System.Globalization;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>What became of a message that came in.</summary>
/// <param name="IsNew">False where it had been seen, and nothing was done.</param>
/// <param name="Actions">What was done about readers, with their masked addresses.</param>
public sealed record InboundResult(bool IsNew, IReadOnlyList<(string Reader, Consequence Action)> Actions);

/// <summary>
/// Acts upon what comes in, each message once and in one transaction. When it is done, it is durable: only then may a mail
/// be taken off its server.
/// </summary>
public sealed class InboundDesk(
    Database database, InboundBook book, ReaderFinder readers, SubscriberStore subscribers, SignUpFlow signUp, AddressGate gate,
    OperatorAlerts alerts, InboundOptions options, DigestOptions digest, MailOptions mailOptions, TimeProvider clock, ILogger<InboundDesk> logger)
{
    private static readonly Origin ByMail = new("mail", null);

    /// <param name="source">Where it came from, for the operator: a mailbox, a file, a provider.</param>
    public async Task<InboundResult> HandleAsync(Classification mail, string source, CancellationToken cancellationToken)
    {
        var token = mail.Kind == InboundKind.Unsubscribe ? readers.TokenIn(mail.Facts.Subject) : null;
        List<Alert> raised = [];
        var result = await database.WriteAsync(async session =>
        {
            raised.Clear();
            if (await book.TakeInAsync(session, mail, source) is not { } id)
            {
                return new InboundResult(false, []);
            }

            return new InboundResult(true, mail.Kind switch
            {
                InboundKind.Bounce => await BouncedAsync(session, id, mail, raised),
                InboundKind.Complaint => await ComplainedAsync(session, id, mail, raised),
                InboundKind.Subscribe => await SubscribeAsync(session, id, mail),
                InboundKind.Unsubscribe => await UnsubscribeAsync(session, id, mail, token, raised),
                _ => [],
            });
        }, cancellationToken);
        foreach (var alert in raised)
        {
            await alerts.RaiseAsync(alert.Key, alert.Subject, alert.Text, cancellationToken);
        }

        foreach (var (reader, action) in result.Actions)
        {
            logger.LogInformation("A mail ({Kind}) from {Source} about {Reader}: {Action}", mail.Kind.ToColumn(), source, reader, action.ToColumn());
        }

        return result;
    }

    /// <summary>Acts upon a report about one reader, from a mail that came back or from a server's reply.</summary>
    /// <param name="messageId">The inbound message; null where a server said it when the mail was handed over.</param>
    internal async Task<Consequence> ReportedAsync(
        Session session, long? messageId, ConcernedReader reader, ReportedRecipient recipient, List<Alert> raised)
    {
        // Without return paths of our own nobody can prove anything, and a server's word must do.
        var action = Consequences.Of(recipient, reader.IsProven || mailOptions.BounceAddress.Length == 0);
        if (reader.Subscriber.Suppression is not null && action == Consequence.Scored)
        {
            action = Consequence.Noted;
        }

        var said = $"{recipient.Reason.ToColumn()}: {recipient.Diagnostic}";
        switch (action)
        {
            case Consequence.Suppressed:
                await SuppressAsync(session, reader, SuppressionReason.HardBounce, said);
                break;
            case Consequence.Scored:
                var (score, isAtLimit) = await book.ScoreAsync(session, reader.Subscriber.Id);
                said = string.Create(CultureInfo.InvariantCulture, $"{said} (day {score.Days} of {options.SoftBounceLimit})");
                if (isAtLimit)
                {
                    action = Consequence.Suppressed;
                    await SuppressAsync(session, reader, SuppressionReason.SoftBounces, said);
                }

                break;
            case Consequence.Alerted:
                raised.Add(RefusedByRule(reader, recipient));
                break;
        }

        await book.NoteAsync(session, messageId, reader, action, recipient, said);
        return action;
    }

    private async Task<IReadOnlyList<(string, Consequence)>> BouncedAsync(
        Session session, long id, Classification mail, List<Alert> raised)
    {
        var done = new List<(string, Consequence)>();
        var seen = new HashSet<long>();
        foreach (var recipient in mail.Recipients)
        {
            if (await readers.FindAsync(session, mail, recipient.Address) is { } reader && seen.Add(reader.Subscriber.Id))
            {
                done.Add((reader.Subscriber.MaskedAddress, await ReportedAsync(session, id, reader, recipient, raised)));
            }
        }

        return done;
    }

    private async Task<IReadOnlyList<(string, Consequence)>> ComplainedAsync(
        Session session, long id, Classification mail, List<Alert> raised)
    {
        var reported = mail.Recipients.Count > 0 ? mail.Recipients[0].Address : "";
        if (await readers.FindAsync(session, mail, reported) is not { } reader)
        {
            raised.Add(new Alert($"complaint:{mail.Facts.Digest}", "A complaint came that is about no reader who is known",
                $"A feedback report ({mail.Detail}) names no reader. It is in the mailbox to which complaints come."));
            return [];
        }

        var action = mail.IsReadersComplaint ? Consequence.Suppressed : Consequence.Noted;
        if (action == Consequence.Suppressed)
        {
            await SuppressAsync(session, reader, SuppressionReason.Complaint, $"complaint ({mail.Detail})");
        }

        await book.NoteAsync(session, id, reader, action, null, $"complaint ({mail.Detail})");
        return [(reader.Subscriber.MaskedAddress, action)];
    }

    private async Task<IReadOnlyList<(string, Consequence)>> SubscribeAsync(Session session, long id, Classification mail)
    {
        if (!mail.Facts.MayAnswer || !mail.Facts.IsGenuine(options.AuthenticationServer) ||
            !EmailAddress.TryParse(mail.Facts.From, out var address, out _) || !await book.MayAnswerAsync(session, address) ||
            gate.Judge(address) is not AddressVerdict.Welcome)
        {
            return [];
        }

        await signUp.RequestAsync(session, address, DefaultPreferences.Of(digest), ByMail);
        if (await SubscriberStore.FindAsync(session, address) is { } reader)
        {
            await book.NoteAsync(session, id, new ConcernedReader(reader, null, true), Consequence.Answered, null, "asked to subscribe by mail");
        }

        return [(address.Masked, Consequence.Answered)];
    }

    private async Task<IReadOnlyList<(string, Consequence)>> UnsubscribeAsync(
        Session session, long id, Classification mail, LinkToken? token, List<Alert> raised)
    {
        var reader = token is not null ? await SubscriberStore.FindAsync(session, token.SubscriberId)
            : mail.Facts.IsGenuine(options.AuthenticationServer) && EmailAddress.TryParse(mail.Facts.From, out var address, out _)
                ? await SubscriberStore.FindAsync(session, address)
            : null;
        if (reader is null)
        {
            raised.Add(new Alert($"unsubscribe:{mail.Facts.Digest}", "A mail asks to unsubscribe, and it is not certain who",
                $"It is from {EmailAddress.Mask(mail.Facts.From)}, has no token of ours, and the sender could not be verified " +
                "or is no reader. Read it and use 'subscribers unsubscribe' where it is right."));
            return [];
        }

        await signUp.UnsubscribeAsync(session, reader, ByMail);
        await book.NoteAsync(session, id, new ConcernedReader(reader, null, true), Consequence.Unsubscribed, null, "asked to leave by mail");
        return [(reader.MaskedAddress, Consequence.Unsubscribed)];
    }

    private async Task SuppressAsync(Session session, ConcernedReader reader, SuppressionReason reason, string said)
    {
        if (!EmailAddress.TryParse(reader.Subscriber.Address, out var address, out _) ||
            !await SuppressionStore.AddAsync(session, address, reason, said, reader.DeliveryId, clock.GetUtcNow()))
        {
            return;
        }

        var kind = reason == SuppressionReason.Complaint ? ConsentKind.Complained : ConsentKind.Bounced;
        await subscribers.RecordConsentAsync(session, reader.Subscriber.Id, kind, ByMail, said);
    }

    /// <summary>Told once a day for each domain and reason: one such refusal is often many.</summary>
    private Alert RefusedByRule(ConcernedReader reader, ReportedRecipient recipient)
    {
        var domain = reader.Subscriber.Address[(reader.Subscriber.Address.LastIndexOf('@') + 1)..];
        var day = clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new Alert($"refused:{recipient.Reason.ToColumn()}:{domain}:{day}",
            $"{domain} refuses our mail: {recipient.Reason.ToColumn().Replace('_', ' ')}",
            $"The server of {domain} said: {recipient.Diagnostic}. No reader is suppressed for that; the cause is likely with " +
            "us: our network address, the domain's records, or what the mail holds.");
    }

    /// <summary>See <see cref="OperatorAlerts"/>.</summary>
    internal sealed record Alert(string Key, string Subject, string Text);
}
