using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>A claimed delivery whose turn it is.</summary>
/// <param name="Through">The server that it is sent through; null for that of the worker.</param>
/// <param name="Permit">The permit of that server's warm-up; null if it has none.</param>
/// <param name="Ended">The outcome, if nothing is to be sent.</param>
internal sealed record ReadyDelivery(
    ClaimedDelivery Delivery, string? Through = null, WarmUpPermit? Permit = null, Outcome? Ended = null);

/// <summary>The steps of one delivery: the next claim, its message, and its outcome.</summary>
internal sealed class DeliveryStep(
    DeliveryStateWriter stateWriter, DeliverabilityMonitor monitor, WarmUpLimiter warmUps, OperatorAlerts alerts,
    IEnumerable<Composer> composers, DeliveryOptions options, TimeProvider clock, ILogger logger)
{
    /// <summary>How many deliveries a worker postpones before it waits for the database.</summary>
    private const int MaxPostponing = 250;

    private const string NotComposed = "the mail could not be composed; see the log";

    private readonly Composer[] composers = [.. composers];

    /// <summary>
    /// The next delivery for which a server has room and whose domain may be sent mail now. Deliveries over a limit
    /// are rescheduled.
    /// </summary>
    public async ValueTask<ReadyDelivery?> NextAsync(DispatchRun run, IMailConnection connection)
    {
        var postponing = new List<Task>();
        while (!HasEnded(run, postponing) && await run.Claims.NextAsync() is { } delivery)
        {
            try
            {
                if (await RouteAsync(delivery, connection, run, postponing) is not { } ready)
                {
                    continue;
                }

                await Task.WhenAll(postponing);
                if (await monitor.ReserveAsync(GetDomain(delivery), CancellationToken.None) is not { } notBefore)
                {
                    return ready;
                }

                warmUps.GiveBack(ready.Permit);
                run.RecordThrottled(notBefore);
                await stateWriter.ReleaseAsync(delivery, notBefore);
            }
            catch (TrendingMailException)
            {
                await stateWriter.ReleaseAsync(delivery, notBefore: null);
                throw;
            }
        }

        await Task.WhenAll(postponing);
        return null;
    }

    /// <summary>Whether a stop was requested amid a long queue of which nothing may be sent.</summary>
    private static bool HasEnded(DispatchRun run, List<Task> postponing) =>
        postponing.Count > 0 && run.Ended.IsCancellationRequested;

    /// <summary>Chooses the server; null if the delivery was postponed, because none has room.</summary>
    /// <param name="postponing">The state changes of postponed deliveries, which need not be waited for one by
    /// one.</param>
    private async ValueTask<ReadyDelivery?> RouteAsync(
        ClaimedDelivery delivery, IMailConnection connection, DispatchRun run, List<Task> postponing)
    {
        if (!warmUps.IsActive)
        {
            return new ReadyDelivery(delivery);
        }

        switch (await warmUps.DecideAsync(delivery, GetDomain(delivery), connection))
        {
            case WarmUpDecision.Send send:
                return new ReadyDelivery(
                    delivery, send.Server == connection.Server ? null : send.Server, send.Permit);
            case WarmUpDecision.Expire expire:
                return new ReadyDelivery(delivery, Ended: new Outcome.Expired(expire.Reason));
            case WarmUpDecision.Postpone postpone:
                run.RecordThrottled(postpone.NotBefore);
                postponing.Add(postpone.Reason is { } reason
                    ? stateWriter.PostponeAsync(delivery, postpone.NotBefore, reason)
                    : stateWriter.ReleaseAsync(delivery, postpone.NotBefore));
                if (postponing.Count >= MaxPostponing)
                {
                    await Task.WhenAll(postponing);
                    postponing.Clear();
                }

                return null;
            case var decision:
                throw new UnreachableException($"{decision}");
        }
    }

    /// <summary>Composes and sends a message; null if the delivery was released unsent.</summary>
    public async Task<Outcome?> SendAsync(
        ReadyDelivery ready, IMailConnection connection, CancellationToken hardStop)
    {
        if (ready.Ended is not null)
        {
            return ready.Ended;
        }

        if (clock.GetUtcNow() >= ready.Delivery.Claim.ExpiresAt)
        {
            warmUps.GiveBack(ready.Permit);
            return new Outcome.Expired("not sent before its expiry" +
                (WarmUpLimiter.IsPostponed(ready.Delivery) ? $"; {ready.Delivery.Claim.Reply}" : ""));
        }

        var isHandedOver = false;
        try
        {
            var outcome = await ComposeAndSendAsync(ready, connection, hardStop);
            isHandedOver = outcome is not (
                null or Outcome.Skipped or Outcome.Unreachable or Outcome.Deferred { Reply: NotComposed });
            return outcome;
        }
        finally
        {
            if (!isHandedOver)
            {
                warmUps.GiveBack(ready.Permit);
            }
        }
    }

    private async Task<Outcome?> ComposeAndSendAsync(
        ReadyDelivery ready, IMailConnection connection, CancellationToken hardStop)
    {
        var delivery = ready.Delivery;
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
                    var outcome = ready.Through is { } server
                        ? await connection.SendThroughAsync(server, mail.Envelope, hardStop)
                        : await connection.SendAsync(mail.Envelope, hardStop);
                    DeliveryMeter.MessageFinished(Stopwatch.GetElapsedTime(start));
                    return outcome;
                }

            default:
                return new Outcome.Deferred(NotComposed);
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
