using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Inbound.Actions;

/// <summary>
/// Acts on bounces and complaints, whether they arrive by mail, as a provider's event or as an SMTP reply. Everything,
/// including operator alerts, is written in the caller's transaction.
/// </summary>
public sealed class BounceHandler(
    InboundStore store, SubscriberResolver resolver, SubscriberStore subscribers, OperatorAlerts alerts,
    InboundOptions options, TimeProvider clock)
{
    /// <summary>Acts on a report about one subscriber.</summary>
    /// <param name="messageId">The inbound message; null for a rejection during the SMTP session.</param>
    /// <param name="origin">The origin of the report.</param>
    internal async Task<InboundAction> HandleRecipientAsync(
        Session session, long? messageId, AffectedSubscriber affected, ReportedRecipient recipient,
        ConsentOrigin origin)
    {
        var action = InboundActions.For(recipient, affected.IsVerified);
        if (action is InboundAction.Scored or InboundAction.Suppressed && affected.HasChangedAddress)
        {
            action = InboundAction.Noted;
        }
        else if (action == InboundAction.Scored && affected.Subscriber.Suppression is not null)
        {
            action = InboundAction.Noted;
        }

        var detail = $"{recipient.Reason.ToColumn()}: {recipient.Diagnostic}";
        switch (action)
        {
            case InboundAction.Suppressed:
                await SuppressAsync(session, affected, SuppressionReason.HardBounce, detail, origin);
                break;
            case InboundAction.Scored:
                (action, detail) = await ScoreAsync(session, affected, detail, origin);

                break;
            case InboundAction.Alerted:
                await RaiseRejectionAlertAsync(session, affected, recipient);
                break;
        }

        await store.AddEventAsync(session, messageId, affected, action, recipient, detail);
        return action;
    }

    /// <summary>
    /// Counts a bounce, and suppresses the address if enough verified ones came. Anyone can send reports that cannot be
    /// verified: if enough of those came, the operator has to decide.
    /// </summary>
    private async Task<(InboundAction Action, string Detail)> ScoreAsync(
        Session session, AffectedSubscriber affected, string detail, ConsentOrigin origin)
    {
        var result = await store.AddSoftBounceAsync(session, affected.Subscriber.Id, affected.IsVerified);
        detail = string.Create(
            CultureInfo.InvariantCulture, $"{detail} (day {result.Score.Days} of {options.SoftBounceLimit})");
        if (result.IsVerifiedAtLimit)
        {
            await SuppressAsync(session, affected, SuppressionReason.SoftBounces, detail, origin);
            return (InboundAction.Suppressed, detail);
        }

        if (result.Score.Days >= options.SoftBounceLimit)
        {
            await alerts.RaiseAsync(
                session, string.Create(CultureInfo.InvariantCulture, $"unverified-bounces:{affected.Subscriber.Id}"),
                "Unverified bounces",
                $"Mail to {affected.Subscriber.MaskedAddress} bounced on {result.Score.Days} days, according to " +
                "reports that cannot be verified. No action was taken; if they are legitimate, run " +
                "'suppressions add'.");
        }

        return (InboundAction.Scored, detail);
    }

    internal async Task<IReadOnlyList<(string, InboundAction)>> HandleBounceAsync(
        Session session, long messageId, ClassifiedMessage message, ConsentOrigin origin)
    {
        var actions = new List<(string, InboundAction)>();
        var seen = new HashSet<long>();
        foreach (var recipient in message.Recipients)
        {
            if (await resolver.ResolveAsync(session, message, recipient.Address) is { } subscriber &&
                seen.Add(subscriber.Subscriber.Id))
            {
                actions.Add((subscriber.Subscriber.MaskedAddress, await HandleRecipientAsync(
                    session, messageId, subscriber, recipient, origin)));
            }
        }

        return actions;
    }

    internal async Task<IReadOnlyList<(string, InboundAction)>> HandleComplaintAsync(
        Session session, long messageId, ClassifiedMessage message, ConsentOrigin origin)
    {
        var actions = new List<(string, InboundAction)>();
        var seen = new HashSet<long>();
        string[] addresses = message.Recipients.Count > 0 ? [.. message.Recipients.Select(r => r.Address)] : [""];
        foreach (var address in addresses)
        {
            if (await resolver.ResolveAsync(session, message, address) is { } subscriber &&
                seen.Add(subscriber.Subscriber.Id))
            {
                actions.Add((subscriber.Subscriber.MaskedAddress, await HandleComplaintAsync(
                    session, messageId, subscriber, message, origin)));
            }
        }

        if (actions.Count == 0 && !message.IsAuthenticationFailure)
        {
            await store.RaiseAlertAsync(session, alerts, $"complaint:{message.Facts.ContentHash}",
                "Complaint about an unknown subscriber",
                $"A feedback report ({message.Detail}) does not identify a subscriber. " +
                (message.VerifiedProvider is { } provider
                    ? $"It came from {provider}; check there which message it concerns."
                    : "It is still in the mailbox that receives complaints."));
        }

        return actions;
    }

    private async Task<InboundAction> HandleComplaintAsync(
        Session session, long messageId, AffectedSubscriber affected, ClassifiedMessage message, ConsentOrigin origin)
    {
        var action = !message.IsSubscriberComplaint ? InboundAction.Noted
            : affected.IsVerified ? InboundAction.Suppressed
            : InboundAction.Alerted;
        if (action == InboundAction.Suppressed)
        {
            await SuppressAsync(
                session, affected, SuppressionReason.Complaint, $"complaint ({message.Detail})", origin);
        }
        else if (action == InboundAction.Alerted)
        {
            await store.RaiseAlertAsync(session, alerts, $"complaint:{message.Facts.ContentHash}",
                "Unverified complaint",
                $"A feedback report ({message.Detail}) names {affected.Subscriber.MaskedAddress}, but nothing in it " +
                "proves that it concerns a message of ours. No action was taken; if it is legitimate, run " +
                "'suppressions add'.");
        }

        await store.AddEventAsync(session, messageId, affected, action, null, $"complaint ({message.Detail})");
        return action;
    }

    private async Task SuppressAsync(
        Session session, AffectedSubscriber affected, SuppressionReason reason, string detail, ConsentOrigin origin)
    {
        if (!EmailAddress.TryParse(affected.Subscriber.Address, out var address, out _) ||
            !await SuppressionStore.AddAsync(session, address, reason, detail, affected.DeliveryId, clock.GetUtcNow()))
        {
            return;
        }

        var kind = reason == SuppressionReason.Complaint ? ConsentKind.Complained : ConsentKind.Bounced;
        await subscribers.RecordConsentAsync(session, affected.Subscriber.Id, kind, origin, detail);
    }

    /// <summary>Alerts once per day, domain and reason, because such rejections come in large numbers.</summary>
    private Task RaiseRejectionAlertAsync(Session session, AffectedSubscriber affected, ReportedRecipient recipient)
    {
        var domain = affected.Subscriber.Address[(affected.Subscriber.Address.LastIndexOf('@') + 1)..];
        var day = clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return alerts.RaiseAsync(session, $"rejected:{recipient.Reason.ToColumn()}:{domain}:{day}",
            $"{domain} rejects our mail: {recipient.Reason.ToColumn().Replace('_', ' ')}",
            $"The mail server of {domain} replied: {recipient.Diagnostic}. No subscriber was suppressed. " +
            "The cause is likely on our side: the sending IP address, the DNS records of the sending domain, or the " +
            "content.");
    }
}
