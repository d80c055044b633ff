using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>The steps of one delivery: the next claim, its message, and its outcome.</summary>
internal sealed class DeliveryStep(
    DeliveryStateWriter stateWriter, DeliverabilityMonitor monitor, OperatorAlerts alerts,
    IEnumerable<Composer> composers, DeliveryOptions options, TimeProvider clock, ILogger logger)
{
    private readonly Composer[] composers = [.. composers];

    /// <summary>
    /// The next delivery whose domain may be sent mail now. Deliveries over the limit are rescheduled.
    /// </summary>
    public async ValueTask<ClaimedDelivery?> NextAsync(DispatchRun run)
    {
        while (await run.Claims.NextAsync() is { } delivery)
        {
            if (await ReserveAsync(delivery) is not { } notBefore)
            {
                return delivery;
            }

            run.RecordThrottled(notBefore);
            await stateWriter.ReleaseAsync(delivery, notBefore);
        }

        return null;
    }

    private async ValueTask<DateTimeOffset?> ReserveAsync(ClaimedDelivery delivery)
    {
        try
        {
            return await monitor.ReserveAsync(GetDomain(delivery), CancellationToken.None);
        }
        catch (TrendingMailException)
        {
            await stateWriter.ReleaseAsync(delivery, notBefore: null);
            throw;
        }
    }

    /// <summary>Composes and sends a message; null if the delivery was released unsent.</summary>
    public async Task<Outcome?> SendAsync(
        ClaimedDelivery delivery, IMailConnection connection, CancellationToken hardStop)
    {
        if (clock.GetUtcNow() >= delivery.Claim.ExpiresAt)
        {
            return new Outcome.Expired("not sent before its expiry");
        }

        switch (await ComposeAsync(delivery, hardStop))
        {
            case Composition.Skip skip:
                return new Outcome.Skipped(skip.Reason);
            case Composition.Mail mail:
                using (mail.Envelope)
                {
                    if (!await MarkSendingAsync(delivery, mail.Selection))
                    {
                        return null;
                    }

                    DeliveryMeter.MessageStarted();
                    var start = Stopwatch.GetTimestamp();
                    var outcome = await connection.SendAsync(mail.Envelope, hardStop);
                    DeliveryMeter.MessageFinished(Stopwatch.GetElapsedTime(start));
                    return outcome;
                }

            default:
                return new Outcome.Deferred("the mail could not be composed; see the log");
        }
    }

    private async Task<bool> MarkSendingAsync(ClaimedDelivery delivery, string? selection)
    {
        try
        {
            if (await stateWriter.MarkSendingAsync(delivery, selection))
            {
                return true;
            }
        }
        catch (TrendingMailException)
        {
            await stateWriter.RevertSendingAsync(delivery);
            await stateWriter.ReleaseAsync(delivery, notBefore: null);
            throw;
        }

        // The subscriber changed since the claim. The next claim composes the message anew.
        await stateWriter.ReleaseAsync(delivery, notBefore: null);
        return false;
    }

    /// <summary>Writes what came of a delivery, and adds it to the counts of its domain and server.</summary>
    public async Task RecordAsync(
        ClaimedDelivery delivery, Outcome outcome, IMailConnection connection, DispatchRun run)
    {
        outcome = await monitor.EvaluateAsync(GetDomain(delivery), outcome, delivery.Claim.Attempt, connection);
        var transition = DeliveryTransition.From(
            outcome, delivery.Claim, clock.GetUtcNow(), options, Random.Shared.NextDouble());
        if (transition.State is not DeliveryState.Sent)
        {
            logger.LogInformation("Delivery {Id} ({Mailing}) is {State}: {Reply}", delivery.Identity.DeliveryId,
                delivery.Identity.Mailing, transition.State, transition.Reply);
        }

        if (!await stateWriter.RecordOutcomeAsync(delivery, transition))
        {
            logger.LogError(
                "Delivery {Id} was taken over by another process while this one was sending it ({Reply}): " +
                "the subscriber may get it twice. Was this machine suspended?", delivery.Identity.DeliveryId,
                transition.Reply);
            return;
        }

        run.CountOutcome(transition.State);
        DeliveryMeter.RecordOutcome(transition.State);
    }

    private static string GetDomain(ClaimedDelivery delivery)
    {
        var address = delivery.Subscriber.Address;
        return address[(address.LastIndexOf('@') + 1)..];
    }

    private async Task<Composition?> ComposeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var (id, mailing) = (delivery.Identity.DeliveryId, delivery.Identity.Mailing);
        try
        {
            foreach (var composer in composers)
            {
                if (composer(delivery.Identity, delivery.Subscriber, cancellationToken) is { } composition)
                {
                    return await composition;
                }
            }

            return new Composition.Skip($"no composer for mailings of kind '{mailing.KindName}'");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A broken template or paper must not stop the other deliveries.
            logger.LogError(
                e is TrendingMailException ? null : e,
                "Delivery {Id} ({Mailing}) could not be composed: {Fault}", id, mailing,
                e.Message);
            await alerts.RaiseAsync(
                $"compose-{mailing.KindName}-{mailing.Key}", $"Cannot compose mail for {mailing}",
                $"Delivery {id}, and possibly others of this mailing, was deferred: {e.Message} " +
                $"It is retried until {delivery.Claim.ExpiresAt:yyyy-MM-dd HH:mm} UTC.", cancellationToken);
            return null;
        }
    }
}
