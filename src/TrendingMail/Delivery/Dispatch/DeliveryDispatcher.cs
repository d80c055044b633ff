using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>The result of one pass over the ready deliveries.</summary>
/// <param name="Handled">The number of deliveries with an outcome.</param>
/// <param name="UnreachableReason">Why a connection last found no server; null if all did.</param>
/// <param name="ThrottledUntil">When the first delivery postponed by a domain's throttle may be sent; null if none
/// was.</param>
public sealed record DispatchResult(int Handled, string? UnreachableReason, DateTimeOffset? ThrottledUntil = null)
{
    /// <summary>What came of the deliveries handled.</summary>
    public OutcomeCounts Outcomes { get; init; }
}

/// <summary>
/// Claims ready deliveries, composes their messages and sends them over the transport's connections in parallel.
/// </summary>
public sealed class DeliveryDispatcher(
    DeliveryQueue queue, DeliveryStateWriter stateWriter, DomainThrottleStore domains, OperatorAlerts alerts,
    IMailTransport transport,
    IEnumerable<Composer> composers, DeliveryOptions options, TimeProvider clock,
    ILogger<DeliveryDispatcher> logger) : IDisposable
{
    /// <summary>How often the queue is polled for deliveries that other processes queued.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The delay while no server is reachable. The transport decides by itself when to try a server again.
    /// </summary>
    private static readonly TimeSpan UnreachableDelay = TimeSpan.FromSeconds(5);

    /// <summary>How often a run recovers the deliveries of nodes that died during it.</summary>
    private static readonly TimeSpan RecoverInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long messages in flight may take to finish after a stop was requested.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(20);

    private readonly Composer[] composers = [.. composers];

    private readonly DeliverabilityMonitor monitor = new(options, domains, alerts, clock, logger);
    private readonly SemaphoreSlim wake = new(0);
    private string? lastProblem;

    /// <summary>Wakes a running dispatcher because deliveries were queued.</summary>
    public void Wake() => wake.Release();

    /// <summary>Sends deliveries as they become ready until a stop is requested.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var delay = PollInterval;
            try
            {
                await queue.RecoverAsync(stop);
                var result = await DispatchAsync(null, stop);
                LogProblem(result.UnreachableReason is { } reason
                    ? $"no mail can be sent through {transport.Name}: {reason}"
                    : null);
                delay = result.UnreachableReason is null ? GetDelay(result) : UnreachableDelay;
            }
            catch (TrendingMailException e)
            {
                LogProblem(e.Message);
                delay = UnreachableDelay;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await WaitAsync(delay, stop);
        }
    }

    /// <summary>Sends what is ready now. A stop request ends it early, after the messages in flight.</summary>
    /// <param name="progress">Receives the number of deliveries handled so far.</param>
    /// <exception cref="TrendingMailException">The queue cannot be written, so no mail is sent.</exception>
    public async Task<DispatchResult> DispatchAsync(IProgress<int>? progress, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            return new DispatchResult(0, null);
        }

        if (await alerts.SendAsync(transport, stop) is { } reason)
        {
            return new DispatchResult(0, reason);
        }

        if (!await queue.HasReadyAsync(stop))
        {
            return new DispatchResult(0, null);
        }

        await monitor.RefreshAsync(stop);
        using var hardStop = new CancellationTokenSource();
        await using var registration = stop.Register(() => hardStop.CancelAfter(GracePeriod));
        var connections = transport.CreateConnections();
        var claims = new ClaimPrefetcher(queue, ProcessId.Current, connections.Count, clock);
        using var run = new DispatchRun(claims, connections.Count, progress, clock, stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var recovering = RecoverPeriodicallyAsync(claims, ended.Token);
        try
        {
            await Task.WhenAll(connections.Select(connection =>
                Task.Run(() => RunWorkerAsync(connection, run, stop, hardStop.Token), CancellationToken.None)));
        }
        finally
        {
            await ended.CancelAsync();
            await recovering;
            await claims.ReleaseAllAsync(stateWriter);
        }

        return new DispatchResult(run.Handled, run.UnreachableReason, run.ThrottledUntil) { Outcomes = run.Outcomes };
    }

    public void Dispose() => wake.Dispose();

    /// <summary>Recovers the deliveries of nodes that die during a run, which may last for hours.</summary>
    private async Task RecoverPeriodicallyAsync(ClaimPrefetcher claims, CancellationToken ended)
    {
        while (true)
        {
            await Task.Delay(RecoverInterval, clock, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await queue.RecoverAsync(ended);
                claims.Resume();
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (TrendingMailException e)
            {
                // The workers meet the same fault and end the run if it persists.
                logger.LogWarning("Cannot recover deliveries of other nodes: {Fault}", e.Message);
            }
        }
    }

    private async Task RunWorkerAsync(
        IMailConnection connection, DispatchRun run, CancellationToken stop, CancellationToken hardStop)
    {
        await using (connection)
        {
            // The outcome shares a transaction with the sending mark of this connection's next message, which waits for
            // it.
            var recording = Task.CompletedTask;
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    monitor.ApplyServerPause(connection);
                    if (await connection.PrepareAsync(run.Ended) is { } reason)
                    {
                        if (!await run.WaitForServerAsync(reason))
                        {
                            return;
                        }

                        continue;
                    }

                    if (run.Claims.IsEmpty)
                    {
                        await recording;
                    }

                    if (await NextDeliveryAsync(run) is not { } delivery)
                    {
                        run.End();
                        return;
                    }

                    if (await DeliverAsync(delivery, connection, hardStop) is not { } outcome)
                    {
                        run.Claims.Resume();
                        continue;
                    }

                    await recording;
                    recording = RecordOutcomeAsync(delivery, outcome, connection, run);
                    run.CountHandled();
                    if (outcome is Outcome.Unreachable { Reply: var reply } && !await run.WaitForServerAsync(reply))
                    {
                        return;
                    }
                }
            }
            catch (OperationCanceledException) when (run.Ended.IsCancellationRequested)
            {
                // A stop was requested or nothing was left to do, and no message was in flight.
            }
            finally
            {
                await recording;
            }
        }
    }

    /// <summary>
    /// The next delivery whose domain may be sent mail now. Deliveries over the limit are rescheduled.
    /// </summary>
    private async ValueTask<ClaimedDelivery?> NextDeliveryAsync(DispatchRun run)
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
    private async Task<Outcome?> DeliverAsync(
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

    private async Task RecordOutcomeAsync(
        ClaimedDelivery delivery, Outcome outcome, IMailConnection connection, DispatchRun run)
    {
        outcome = await monitor.EvaluateAsync(GetDomain(delivery), outcome, connection);
        var deliveryTransition = DeliveryTransition.From(
            outcome, delivery.Claim, clock.GetUtcNow(), options, Random.Shared.NextDouble());
        if (deliveryTransition.State is not DeliveryState.Sent)
        {
            logger.LogInformation("Delivery {Id} ({Mailing}) is {State}: {Reply}", delivery.Identity.DeliveryId,
                delivery.Identity.Mailing, deliveryTransition.State, deliveryTransition.Reply);
        }

        if (!await stateWriter.RecordOutcomeAsync(delivery, deliveryTransition))
        {
            logger.LogError(
                "Delivery {Id} was taken over by another process while this one was sending it ({Reply}): " +
                "the subscriber may get it twice. Was this machine suspended?", delivery.Identity.DeliveryId,
                deliveryTransition.Reply);
            return;
        }

        run.CountOutcome(deliveryTransition.State);
        DeliveryMeter.RecordOutcome(deliveryTransition.State);
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

    /// <summary>Logs why no mail can be sent, once until the reason changes or is gone.</summary>
    private void LogProblem(string? problem)
    {
        if (problem is not null && problem != lastProblem)
        {
            logger.LogError("Delivery is paused: {Fault}", problem);
        }
        else if (problem is null && lastProblem is not null)
        {
            logger.LogInformation("Delivery resumed");
        }

        lastProblem = problem;
    }

    private TimeSpan GetDelay(DispatchResult result) =>
        result.ThrottledUntil - clock.GetUtcNow() is { } wait && wait < PollInterval
        ? wait > TimeSpan.Zero ? wait : TimeSpan.Zero
        : PollInterval;

    private async Task WaitAsync(TimeSpan delay, CancellationToken stop)
    {
        try
        {
            await wake.WaitAsync(delay, stop);
        }
        catch (OperationCanceledException)
        {
            // A stop was requested; the caller's loop checks for it.
        }
    }
}
