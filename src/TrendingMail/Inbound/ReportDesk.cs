using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Inbound;

/// <summary>
/// Acts upon what is reported of readers' addresses, by a mail that came back, a provider's event, or a server's reply.
/// All in the caller's transaction, what the operator is told included.
/// </summary>
public sealed class ReportDesk(
    InboundBook book, ReaderFinder readers, SubscriberStore subscribers, OperatorAlerts alerts, InboundOptions options,
    MailOptions mailOptions, TimeProvider clock)
{
    /// <summary>Acts upon a report about one reader.</summary>
    /// <param name="messageId">The inbound message; null where a server said it when the mail was handed over.</param>
    /// <param name="by">Who reported it.</param>
    internal async Task<Consequence> ReportedAsync(
        Session session, long? messageId, ConcernedReader reader, ReportedRecipient recipient, Origin by)
    {
        // Without return paths of our own nobody can prove anything, and a server's word must do.
        var action = Consequences.Of(recipient, reader.IsProven || mailOptions.BounceAddress.Length == 0);
        if (action is Consequence.Scored or Consequence.Suppressed && reader.HasMoved)
        {
            action = Consequence.Noted;
        }
        else if (action == Consequence.Scored && reader.Subscriber.Suppression is not null)
        {
            action = Consequence.Noted;
        }

        var said = $"{recipient.Reason.ToColumn()}: {recipient.Diagnostic}";
        switch (action)
        {
            case Consequence.Suppressed:
                await SuppressAsync(session, reader, SuppressionReason.HardBounce, said, by);
                break;
            case Consequence.Scored:
                var (score, isAtLimit) = await book.ScoreAsync(session, reader.Subscriber.Id);
                said = string.Create(
                    CultureInfo.InvariantCulture, $"{said} (day {score.Days} of {options.SoftBounceLimit})");
                if (isAtLimit)
                {
                    action = Consequence.Suppressed;
                    await SuppressAsync(session, reader, SuppressionReason.SoftBounces, said, by);
                }

                break;
            case Consequence.Alerted:
                await RaiseRefusedAsync(session, reader, recipient);
                break;
        }

        await book.NoteAsync(session, messageId, reader, action, recipient, said);
        return action;
    }

    internal async Task<IReadOnlyList<(string, Consequence)>> BouncedAsync(
        Session session, long id, Classification mail, Origin by)
    {
        var done = new List<(string, Consequence)>();
        var seen = new HashSet<long>();
        foreach (var recipient in mail.Recipients)
        {
            if (await readers.FindAsync(session, mail, recipient.Address) is { } reader &&
                seen.Add(reader.Subscriber.Id))
            {
                done.Add((reader.Subscriber.MaskedAddress, await ReportedAsync(session, id, reader, recipient, by)));
            }
        }

        return done;
    }

    internal async Task<IReadOnlyList<(string, Consequence)>> ComplainedAsync(
        Session session, long id, Classification mail, Origin by)
    {
        var done = new List<(string, Consequence)>();
        var seen = new HashSet<long>();
        string[] reported = mail.Recipients.Count > 0 ? [.. mail.Recipients.Select(r => r.Address)] : [""];
        foreach (var address in reported)
        {
            if (await readers.FindAsync(session, mail, address) is { } reader && seen.Add(reader.Subscriber.Id))
            {
                done.Add((reader.Subscriber.MaskedAddress, await ComplainedAsync(session, id, reader, mail, by)));
            }
        }

        if (done.Count == 0)
        {
            await book.RaiseAsync(session, alerts, $"complaint:{mail.Facts.Digest}",
                "A complaint came that is about no reader who is known",
                $"A feedback report ({mail.Detail}) names no reader. " + (mail.VouchedBy is { } provider
                    ? $"It came from {provider}; look there for what it is about."
                    : "It is in the mailbox to which complaints come."));
        }

        return done;
    }

    private async Task<Consequence> ComplainedAsync(
        Session session, long id, ConcernedReader reader, Classification mail, Origin by)
    {
        var action = !mail.IsReadersComplaint ? Consequence.Noted
            : reader.IsProven || mailOptions.BounceAddress.Length == 0 ? Consequence.Suppressed
            : Consequence.Alerted;
        if (action == Consequence.Suppressed)
        {
            await SuppressAsync(session, reader, SuppressionReason.Complaint, $"complaint ({mail.Detail})", by);
        }
        else if (action == Consequence.Alerted)
        {
            await book.RaiseAsync(session, alerts, $"complaint:{mail.Facts.Digest}",
                "A complaint came that anyone could have made up",
                $"A feedback report ({mail.Detail}) names {reader.Subscriber.MaskedAddress}, and nothing in it shows " +
                "that it is about a mail of ours. Nothing was done; use 'suppressions add' where it is right.");
        }

        await book.NoteAsync(session, id, reader, action, null, $"complaint ({mail.Detail})");
        return action;
    }

    private async Task SuppressAsync(
        Session session, ConcernedReader reader, SuppressionReason reason, string said, Origin by)
    {
        if (!EmailAddress.TryParse(reader.Subscriber.Address, out var address, out _) ||
            !await SuppressionStore.AddAsync(session, address, reason, said, reader.DeliveryId, clock.GetUtcNow()))
        {
            return;
        }

        var kind = reason == SuppressionReason.Complaint ? ConsentKind.Complained : ConsentKind.Bounced;
        await subscribers.RecordConsentAsync(session, reader.Subscriber.Id, kind, by, said);
    }

    /// <summary>Told once a day for each domain and reason: one such refusal is often many.</summary>
    private Task RaiseRefusedAsync(Session session, ConcernedReader reader, ReportedRecipient recipient)
    {
        var domain = reader.Subscriber.Address[(reader.Subscriber.Address.LastIndexOf('@') + 1)..];
        var day = clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return alerts.RaiseAsync(session, $"refused:{recipient.Reason.ToColumn()}:{domain}:{day}",
            $"{domain} refuses our mail: {recipient.Reason.ToColumn().Replace('_', ' ')}",
            $"The server of {domain} said: {recipient.Diagnostic}. No reader is suppressed for that; the cause is " +
            "likely with us: our network address, the domain's records, or what the mail holds.");
    }
}
