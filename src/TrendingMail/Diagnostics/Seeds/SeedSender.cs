using Microsoft.Extensions.Logging;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Queue;
using TrendingMail.Messages;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>
/// Sends each mailing of digests to the seed mailboxes too, over the servers and within the throttles of deliveries.
/// </summary>
public sealed class SeedSender(
    SeedStore store, SeedComposer composer, DirectSender sender, SeedAlerts alerts, DeliveryHistory history,
    DeliverabilityOptions deliverability, MailOptions mail, DeliveryOptions delivery, TimeProvider clock,
    ILogger<SeedSender> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    /// <summary>It is never sent again amid uncertainty: the mailbox shows whether it arrived.</summary>
    private readonly DeliveryOptions options = delivery with { OnUncertain = UncertainPolicy.Hold };

    private TimeSpan Lifetime => TimeSpan.FromHours(delivery.GiveUpHours);

    /// <summary>
    /// Queues the messages of mailings that have begun. Idempotent, also across processes. Mail to a folder reaches no
    /// provider, so it does nothing then.
    /// </summary>
    internal async Task EnqueueAsync(CancellationToken cancellationToken)
    {
        if (deliverability.Seeds.Count == 0 || mail.Transport != TransportKind.Smtp)
        {
            return;
        }

        var since = clock.GetUtcNow() - Lifetime;
        var mailings = await history.MailingsAsync(since, cancellationToken);
        var queued = await store.ListQueuedAsync(since, cancellationToken);
        foreach (var (mailing, seed) in mailings.SelectMany(mailing =>
            deliverability.Seeds.Select(seed => (mailing, seed))))
        {
            if (!queued.Contains((mailing, seed.Recipient)))
            {
                await store.EnqueueAsync(mailing, seed.Recipient, seed.Label, cancellationToken);
            }
        }
    }

    /// <summary>Sends the messages that are ready.</summary>
    internal async Task SendAsync(CancellationToken cancellationToken)
    {
        await store.RecoverAsync(cancellationToken);
        foreach (var message in await store.ListReadyAsync(cancellationToken))
        {
            await SendAsync(message, cancellationToken);
        }
    }

    private async Task SendAsync(SeedMessage message, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (deliverability.FindSeed(message.Address) is null)
        {
            await store.GiveUpAsync(message, SeedMonitor.NotConfigured, cancellationToken);
            return;
        }

        if (now >= message.QueuedAt + Lifetime)
        {
            await store.GiveUpAsync(
                message, $"not sent within {delivery.GiveUpHours} hours: {message.Detail ?? "delivery was on hold"}",
                cancellationToken);
            return;
        }

        try
        {
            if (await composer.ComposeAsync(message, cancellationToken) is not { } envelope)
            {
                await store.GiveUpAsync(message, "there is no digest to send", cancellationToken);
                return;
            }

            using (envelope)
            {
                await SendAsync(message, envelope, cancellationToken);
            }
        }
        catch (TrendingMailException e)
        {
            // One message that cannot be composed must not stop the others.
            logger.LogWarning("Seed message {Id} ({Mailing}) was not sent: {Fault}", message.Id, message.Mailing,
                e.Message);
            await store.PostponeAsync(message, now + RetryDelay, e.Message, cancellationToken);
        }
    }

    private async Task SendAsync(SeedMessage message, Envelope envelope, CancellationToken cancellationToken)
    {
        var result = await sender.SendAsync(
            envelope, message.Attempts + 1,
            () => store.MarkSendingAsync(message, envelope.MessageId, ProcessId.Current, cancellationToken),
            cancellationToken);
        switch (result)
        {
            case DirectSendResult.Attempted attempted:
                await RecordAsync(message, attempted);
                break;
            case DirectSendResult.Postponed postponed:
                await store.PostponeAsync(
                    message, postponed.NotBefore ?? clock.GetUtcNow() + RetryDelay, postponed.Reason,
                    cancellationToken);
                break;
        }
    }

    private async Task RecordAsync(SeedMessage message, DirectSendResult.Attempted attempted)
    {
        var claim = new Claim(
            message.Attempts + 1, message.QueuedAt + Lifetime, mailingId: 0, DeliveryState.Sending);
        var transition = DeliveryTransition.From(
            attempted.Outcome, claim, clock.GetUtcNow(), options, Random.Shared.NextDouble());
        Placement? result = transition.State != DeliveryState.Failed ? null
            : DeliveryTransition.FindServerReply(transition.Reply) is null ? Placement.Unknown
            : Placement.Missing;
        var failed = message with
        {
            State = transition.State,
            Placement = result ?? Placement.Pending,
            Detail = transition.Reply,
        };
        if (await store.RecordOutcomeAsync(
            message, transition, attempted.Server, result, session => alerts.RaiseAsync(session, failed)) &&
            result is not null)
        {
            SeedMeter.Record(failed);
        }
    }
}
