using Microsoft.Extensions.Logging;
using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Inbound.Actions;

/// <summary>The result of handling an inbound message.</summary>
/// <param name="IsNew">False if the message was handled before, in which case nothing was done.</param>
/// <param name="Actions">The actions taken, with the masked addresses of the subscribers.</param>
public sealed record InboundResult(bool IsNew, IReadOnlyList<(string Subscriber, InboundAction Action)> Actions)
{
    /// <summary>The DMARC and TLS reports that it carried, and what became of them.</summary>
    public IReadOnlyList<DomainReportOutcome> DomainReports { get; init; } = [];

    /// <summary>Whether the operator has to read the message, so that it must stay in the mailbox.</summary>
    public bool NeedsOperator { get; init; }
}

/// <summary>
/// Handles inbound messages, each exactly once and in one transaction. A message may be removed from its mailbox, or a
/// webhook acknowledged, only after that transaction has committed.
/// </summary>
public sealed class InboundMessageHandler(
    Database database, InboundStore store, SubscriberResolver resolver, BounceHandler bounceHandler, SignUpFlow signUp,
    AddressPolicy addressPolicy, DomainReportHandler domainReports,
    OperatorAlerts alerts, InboundOptions options, DigestOptions digestOptions, ILogger<InboundMessageHandler> logger)
{
    /// <summary>Classifies a message and handles it.</summary>
    /// <param name="mail">The message as received.</param>
    /// <param name="source">The mailbox or file it came from, as shown to the operator.</param>
    public async Task<(ClassifiedMessage Message, InboundResult Result)> ProcessAsync(
        ReadOnlyMemory<byte> mail, string source, CancellationToken cancellationToken)
    {
        var message = Classifier.Classify(mail);
        return (message, await HandleAsync(message, source, cancellationToken));
    }

    /// <param name="source">The mailbox, file or provider it came from, as shown to the operator.</param>
    public async Task<InboundResult> HandleAsync(
        ClassifiedMessage message, string source, CancellationToken cancellationToken)
    {
        var result = await database.WriteAsync(session => HandleAsync(session, message, source), cancellationToken);
        Record(message, source, result);
        return result;
    }

    /// <summary>
    /// Handles a message in the caller's transaction. The caller records the result after the commit.
    /// </summary>
    internal async Task<InboundResult> HandleAsync(Session session, ClassifiedMessage message, string source)
    {
        var recordedId = await store.AddMessageAsync(session, message, source);
        if (message.DomainReports.Count > 0)
        {
            return await HandleReportsAsync(session, message, isNew: recordedId is not null);
        }

        if (recordedId is not { } messageId)
        {
            return new InboundResult(false, [])
            {
                NeedsOperator = NeedsOperator(
                    message, await InboundStore.ListActionsAsync(session, message.Facts.ContentHash)),
            };
        }

        var by = new ConsentOrigin(message.VerifiedProvider ?? "mail", null);
        var actions = message.Kind switch
        {
            InboundKind.Bounce => await bounceHandler.HandleBounceAsync(session, messageId, message, by),
            InboundKind.Complaint => await HandleComplaintAsync(session, messageId, message, by),
            InboundKind.Subscribe => await SubscribeAsync(session, messageId, message, by),
            InboundKind.Unsubscribe => await UnsubscribeAsync(session, messageId, message, by),
            _ => [],
        };
        return new InboundResult(true,
            actions)
        { NeedsOperator = NeedsOperator(message, actions.Select(a => a.Item2)) };
    }

    /// <summary>True for mail from people, and for complaints and requests that were not acted on.</summary>
    private static bool NeedsOperator(ClassifiedMessage message, IEnumerable<InboundAction> actions) =>
        message.Kind switch
        {
            InboundKind.Other => true,
            InboundKind.Complaint when message.IsAuthenticationFailure => false,
            InboundKind.Complaint or InboundKind.Unsubscribe => actions.All(action => action == InboundAction.Alerted),
            _ => false,
        };

    /// <summary>Logs and counts what was done about a message, after the transaction was committed.</summary>
    internal void Record(ClassifiedMessage message, string source, InboundResult result)
    {
        if (result.IsNew && message.Kind == InboundKind.Complaint)
        {
            DomainReportMeter.RecordComplaint();
        }

        domainReports.Record(result.DomainReports, source);
        foreach (var (subscriber, action) in result.Actions)
        {
            logger.LogInformation("Inbound {Kind} from {Source} about {Subscriber}: {Action}",
                message.Kind.ToColumn(), source, subscriber, action.ToColumn());
        }
    }

    /// <summary>
    /// Counts the reports of a message. One that was set aside counts when it is seen again and the reason is gone.
    /// </summary>
    private async Task<InboundResult> HandleReportsAsync(Session session, ClassifiedMessage message, bool isNew)
    {
        var outcomes = await domainReports.HandleAsync(session, message, isNew);
        var news = outcomes.Where(outcome => isNew || outcome.Status == DomainReportStatus.Counted).ToList();
        return new InboundResult(news.Count > 0, [])
        {
            DomainReports = news,
            NeedsOperator = outcomes.Any(outcome => outcome.Status == DomainReportStatus.SetAside),
        };
    }

    private async Task<IReadOnlyList<(string, InboundAction)>> HandleComplaintAsync(
        Session session, long messageId, ClassifiedMessage message, ConsentOrigin origin)
    {
        await domainReports.CountComplaintAsync(session, message);
        return await bounceHandler.HandleComplaintAsync(session, messageId, message, origin);
    }

    private async Task<IReadOnlyList<(string, InboundAction)>> SubscribeAsync(
        Session session, long messageId, ClassifiedMessage message, ConsentOrigin origin)
    {
        if (!message.Facts.MayReply || !message.Facts.IsAuthenticatedBy(options.AuthservId) ||
            !EmailAddress.TryParse(message.Facts.From, out var address, out _) ||
            !await store.TryClaimReplyAsync(session, address) ||
            await addressPolicy.EvaluateAsync(session, address) is not AddressDecision.Accepted)
        {
            return [];
        }

        await signUp.RequestAsync(session, address, DefaultPreferences.From(digestOptions), origin);
        if (await SubscriberStore.FindAsync(session, address) is { } subscriber)
        {
            await store.AddEventAsync(
                session, messageId, new AffectedSubscriber(subscriber, null, true), InboundAction.Answered, null,
                "requested by mail");
        }

        return [(address.Masked, InboundAction.Answered)];
    }

    private async Task<IReadOnlyList<(string, InboundAction)>> UnsubscribeAsync(
        Session session, long messageId, ClassifiedMessage message, ConsentOrigin origin)
    {
        if (await FindUnsubscribingAsync(session, message) is { } subscriber)
        {
            // The goodbye goes to the subscriber, whoever sent the request.
            var mayReply = message.VerifiedProvider is null && message.Facts.MayReply &&
                EmailAddress.TryParse(subscriber.Address, out var subscriberAddress, out _) &&
                await store.TryClaimReplyAsync(session, subscriberAddress);
            await signUp.UnsubscribeAsync(session, subscriber, origin with { AllowsReply = mayReply });
            await store.AddEventAsync(
                session, messageId, new AffectedSubscriber(subscriber, null, true), InboundAction.Unsubscribed, null,
                message.VerifiedProvider is { } provider ? $"reported by {provider}" : "requested by mail");
            return [(subscriber.MaskedAddress, InboundAction.Unsubscribed)];
        }

        // A provider reports everyone who unsubscribes through it, including addresses that are not ours.
        if (message.VerifiedProvider is null)
        {
            await store.RaiseAlertAsync(session, alerts, $"unsubscribe:{message.Facts.ContentHash}",
                "Unsubscribe request from an unverified sender",
                $"The message from {EmailAddress.Mask(message.Facts.From)} carries no valid token, and its sender " +
                    "could not be authenticated or is not a subscriber. Read it and, if it is legitimate, run " +
                "'subscribers unsubscribe'.");
        }

        return [];
    }

    private async Task<Subscriber?> FindUnsubscribingAsync(Session session, ClassifiedMessage message)
    {
        if (message.VerifiedProvider is not null)
        {
            return message.Recipients is [var recipient, ..]
                ? (await resolver.ResolveAsync(session, message, recipient.Address))?.Subscriber
                : null;
        }

        if (resolver.FindToken(message.Facts.Subject) is { } token)
        {
            // As with the link: whatever was changed or revoked since, an unsubscribe token works.
            return await SubscriberStore.FindAsync(session, token.SubscriberId);
        }

        return message.Facts.IsAuthenticatedBy(options.AuthservId) &&
            EmailAddress.TryParse(message.Facts.From, out var address, out _)
            ? await SubscriberStore.FindAsync(session, address)
            : null;
    }
}
