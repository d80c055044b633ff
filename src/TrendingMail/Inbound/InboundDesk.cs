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
public sealed record InboundResult(bool IsNew, IReadOnlyList<(string Reader, Consequence Action)> Actions)
{
    /// <summary>Whether a person has to read it: it stays where it is.</summary>
    public bool IsForOperator { get; init; }
}

/// <summary>
/// Acts upon what comes in, each message once and in one transaction. When it is done, it is durable: only then may a
/// mail be taken off its server, or a provider's event be answered.
/// </summary>
public sealed class InboundDesk(
    Database database, InboundBook book, ReaderFinder readers, ReportDesk reports, SignUpFlow signUp, AddressGate gate,
    OperatorAlerts alerts, InboundOptions options, DigestOptions digest, ILogger<InboundDesk> logger)
{
    /// <param name="source">Where it came from, for the operator: a mailbox, a file, a provider.</param>
    public async Task<InboundResult> HandleAsync(
        Classification mail, string source, CancellationToken cancellationToken)
    {
        var result = await database.WriteAsync(session => HandleAsync(session, mail, source), cancellationToken);
        Log(mail, source, result);
        return result;
    }

    /// <summary>Acts in the caller's transaction; the caller says so in the log when that is committed.</summary>
    internal async Task<InboundResult> HandleAsync(Session session, Classification mail, string source)
    {
        if (await book.TakeInAsync(session, mail, source) is not { } id)
        {
            return new InboundResult(false, [])
            {
                IsForOperator = IsForOperator(mail, await InboundBook.ActionsOfAsync(session, mail.Facts.Digest)),
            };
        }

        var by = new Origin(mail.VouchedBy ?? "mail", null);
        var actions = mail.Kind switch
        {
            InboundKind.Bounce => await reports.BouncedAsync(session, id, mail, by),
            InboundKind.Complaint => await reports.ComplainedAsync(session, id, mail, by),
            InboundKind.Subscribe => await SubscribeAsync(session, id, mail, by),
            InboundKind.Unsubscribe => await UnsubscribeAsync(session, id, mail, by),
            _ => [],
        };
        return new InboundResult(true, actions) { IsForOperator = IsForOperator(mail, actions.Select(a => a.Item2)) };
    }

    /// <summary>A person's mail, and a complaint or wish of which nothing came.</summary>
    private static bool IsForOperator(Classification mail, IEnumerable<Consequence> actions) => mail.Kind switch
    {
        InboundKind.Other => true,
        InboundKind.Complaint or InboundKind.Unsubscribe => actions.All(action => action == Consequence.Alerted),
        _ => false,
    };

    internal void Log(Classification mail, string source, InboundResult result)
    {
        foreach (var (reader, action) in result.Actions)
        {
            logger.LogInformation("A mail ({Kind}) from {Source} about {Reader}: {Action}",
                mail.Kind.ToColumn(), source, reader, action.ToColumn());
        }
    }

    private async Task<IReadOnlyList<(string, Consequence)>> SubscribeAsync(
        Session session, long id, Classification mail, Origin by)
    {
        if (!mail.Facts.MayAnswer || !mail.Facts.IsGenuine(options.AuthenticationServer) ||
            !EmailAddress.TryParse(mail.Facts.From, out var address, out _) ||
            !await book.MayAnswerAsync(session, address) ||
            await gate.JudgeAsync(session, address) is not AddressVerdict.Welcome)
        {
            return [];
        }

        await signUp.RequestAsync(session, address, DefaultPreferences.Of(digest), by);
        if (await SubscriberStore.FindAsync(session, address) is { } reader)
        {
            await book.NoteAsync(session, id, new ConcernedReader(reader, null, true), Consequence.Answered, null,
                "asked to subscribe by mail");
        }

        return [(address.Masked, Consequence.Answered)];
    }

    private async Task<IReadOnlyList<(string, Consequence)>> UnsubscribeAsync(
        Session session, long id, Classification mail, Origin by)
    {
        if (await WhoLeavesAsync(session, mail) is { } reader)
        {
            // The goodbye goes to the reader, whoever wrote.
            var mayAnswer = mail.VouchedBy is null && mail.Facts.MayAnswer &&
                EmailAddress.TryParse(reader.Address, out var own, out _) && await book.MayAnswerAsync(session, own);
            await signUp.UnsubscribeAsync(session, reader, by with { MayBeAnswered = mayAnswer });
            await book.NoteAsync(session, id, new ConcernedReader(reader, null, true), Consequence.Unsubscribed, null,
                mail.VouchedBy is { } provider ? $"left, says {provider}" : "asked to leave by mail");
            return [(reader.MaskedAddress, Consequence.Unsubscribed)];
        }

        // A provider tells of everyone who leaves through it; they need not be our readers.
        if (mail.VouchedBy is null)
        {
            await book.RaiseAsync(session, alerts, $"unsubscribe:{mail.Facts.Digest}",
                "A mail asks to unsubscribe, and it is not certain who",
                $"It is from {EmailAddress.Mask(mail.Facts.From)}, has no token of ours, and the sender could not be " +
                "verified or is no reader. Read it and use 'subscribers unsubscribe' where it is right.");
        }

        return [];
    }

    private async Task<Subscriber?> WhoLeavesAsync(Session session, Classification mail)
    {
        if (mail.VouchedBy is not null)
        {
            return mail.Recipients is [var left, ..]
                ? (await readers.FindAsync(session, mail, left.Address))?.Subscriber
                : null;
        }

        if (readers.TokenIn(mail.Facts.Subject) is { } token)
        {
            var byToken = await SubscriberStore.FindAsync(session, token.SubscriberId);
            return byToken?.LinkEpoch == token.Epoch ? byToken : null;
        }

        return mail.Facts.IsGenuine(options.AuthenticationServer) &&
            EmailAddress.TryParse(mail.Facts.From, out var address, out _)
            ? await SubscriberStore.FindAsync(session, address)
            : null;
    }
}
