using Microsoft.Extensions.Logging;

namespace TrendingMail.Delivery;

/// <summary>What one run over the ready deliveries did.</summary>
/// <param name="Handled">Deliveries that were claimed.</param>
/// <param name="Unreachable">The last reason why a lane found no server; null where none did.</param>
public sealed record DrainResult(int Handled, string? Unreachable);

/// <summary>Takes what is ready out of the ledger, composes it, and hands it to the transport's lanes, side by side.</summary>
public sealed class DeliveryPump(
    Ledger ledger, LedgerClerk clerk, OperatorAlerts alerts, IMailTransport transport, IEnumerable<Composer> composers,
    DeliveryOptions options, TimeProvider clock, ILogger<DeliveryPump> logger) : IDisposable
{
    /// <summary>How often the ledger is asked for what other processes queued.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RestWhenUnreachable = TimeSpan.FromSeconds(30);

    /// <summary>How long a message in flight may take to finish after the stop was asked for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, Composer> composersByKind =
        composers.SelectMany(composer => composer.Kinds.Select(kind => (kind, composer)))
            .ToDictionary(pair => pair.kind, pair => pair.composer);

    private readonly SemaphoreSlim wake = new(0);

    /// <summary>Tells a running pump that something was queued.</summary>
    public void Wake() => wake.Release();

    /// <summary>Delivers whatever becomes ready until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var rest = PollInterval;
            try
            {
                await ledger.RecoverAsync(stop);
                if (await DrainAsync(null, stop) is { Unreachable: { } reason })
                {
                    logger.LogWarning("No mail leaves through {Transport}: {Reason}; trying again in {Rest}",
                        transport.Name, reason, RestWhenUnreachable);
                    rest = RestWhenUnreachable;
                }
            }
            catch (TrendingMailException e)
            {
                logger.LogError("Delivery rests: {Fault}", e.Message);
                rest = RestWhenUnreachable;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await RestAsync(rest, stop);
        }
    }

    /// <summary>Delivers what is ready now. Stops early, with the messages in flight finished, where it is told to.</summary>
    /// <param name="progress">Told the number of deliveries handled so far.</param>
    /// <exception cref="TrendingMailException">The ledger cannot be written, so no mail leaves.</exception>
    public async Task<DrainResult> DrainAsync(IProgress<int>? progress, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            return new DrainResult(0, null);
        }

        if (await alerts.SendAsync(transport, stop) is { } reason)
        {
            return new DrainResult(0, reason);
        }

        if (!await ledger.HasReadyAsync(stop))
        {
            return new DrainResult(0, null);
        }

        using var hardStop = new CancellationTokenSource();
        await using var registration = stop.Register(() => hardStop.CancelAfter(Grace));
        var lanes = transport.OpenLanes();
        var claims = new ClaimAhead(ledger, NodeId.Own, lanes.Count, clock);
        var run = new Run(claims, progress);
        try
        {
            await Task.WhenAll(lanes.Select(lane =>
                Task.Run(() => DrainLaneAsync(lane, run, stop, hardStop.Token), CancellationToken.None)));
        }
        finally
        {
            await claims.ReturnAsync(clerk);
        }

        return new DrainResult(run.Handled, run.Unreachable);
    }

    public void Dispose() => wake.Dispose();

    private async Task DrainLaneAsync(IMailLane lane, Run run, CancellationToken stop, CancellationToken hardStop)
    {
        await using (lane)
        {
            // An outcome is written in the same transaction as the mark of the lane's next message, which waits for it.
            var recording = Task.CompletedTask;
            try
            {
                var goesOn = true;
                while (goesOn && !stop.IsCancellationRequested)
                {
                    await lane.WaitTurnAsync(stop);
                    if (run.Claims.IsEmpty)
                    {
                        await recording;
                    }

                    if (await run.Claims.NextAsync() is not { } delivery)
                    {
                        return;
                    }

                    if (await DeliverAsync(delivery, lane, hardStop) is { } delivered)
                    {
                        await recording;
                        recording = RecordAsync(delivery, delivered.Verdict);
                        run.Count();
                        goesOn = !delivered.IsUnreachable;
                        run.Unreachable = goesOn ? run.Unreachable : delivered.Verdict.Reply;
                    }
                    else
                    {
                        run.Claims.LookAgain();
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Asked to stop while no message was in flight.
            }
            finally
            {
                await recording;
            }
        }
    }

    /// <summary>Composes and sends a mail, and says what came of it; null where it was given back unsent.</summary>
    private async Task<(Verdict Verdict, bool IsUnreachable)?> DeliverAsync(
        ClaimedDelivery delivery, IMailLane lane, CancellationToken hardStop)
    {
        if (clock.GetUtcNow() >= delivery.ExpiresAt)
        {
            return (new Verdict(DeliveryState.Failed, null, "not sent in the time in which it was worth sending"), false);
        }

        Outcome outcome;
        switch (await ComposeAsync(delivery, hardStop))
        {
            case Composition.Skip skip:
                return (new Verdict(DeliveryState.Skipped, null, skip.Reason), false);
            case Composition.Mail mail:
                using (mail.Envelope)
                {
                    if (!await BeginAsync(delivery))
                    {
                        return null;
                    }

                    outcome = await lane.SendAsync(mail.Envelope, hardStop);
                }

                break;
            default:
                outcome = new Outcome.Deferred("the mail could not be composed; see the log");
                break;
        }

        var verdict = Verdict.Of(outcome, delivery, clock.GetUtcNow(), options, Random.Shared.NextDouble());
        if (verdict.State is not DeliveryState.Sent)
        {
            logger.LogInformation("Delivery {Id} ({Kind} {Key}) is {State}: {Reply}",
                delivery.Id, delivery.Kind, delivery.Key, verdict.State, verdict.Reply);
        }

        return (verdict, outcome is Outcome.Unreachable);
    }

    private async Task<bool> BeginAsync(ClaimedDelivery delivery)
    {
        try
        {
            if (await clerk.BeginAsync(delivery))
            {
                return true;
            }
        }
        catch (TrendingMailException)
        {
            await clerk.PutBackAsync(delivery, notBefore: null);
            throw;
        }

        // The reader changed since the claim: with the next one the mail is composed for who the reader is then.
        await clerk.PutBackAsync(delivery, notBefore: null);
        return false;
    }

    private async Task RecordAsync(ClaimedDelivery delivery, Verdict verdict)
    {
        if (!await clerk.RecordAsync(delivery, verdict))
        {
            logger.LogError("Delivery {Id} was taken over by another process while this one sent it ({Reply}); " +
                "the reader may get it twice. Was this machine asleep?", delivery.Id, verdict.Reply);
        }
    }

    private async Task<Composition?> ComposeAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        if (!composersByKind.TryGetValue(delivery.Kind, out var composer))
        {
            return new Composition.Skip($"this program makes no mail of kind '{delivery.Kind}'");
        }

        try
        {
            return await composer.ComposeAsync(delivery, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever is wrong with this one, a template or a paper, must not keep the others from leaving.
            logger.LogError(e is TrendingMailException ? null : e, "Delivery {Id} ({Kind} {Key}) could not be composed: {Fault}",
                delivery.Id, delivery.Kind, delivery.Key, e.Message);
            await alerts.RaiseAsync($"compose-{delivery.Kind}-{delivery.Key}", $"A mail of {delivery.Key} cannot be composed",
                $"Delivery {delivery.Id} ({delivery.Kind} {delivery.Key}) was set aside, and maybe others: {e.Message} " +
                $"They are tried again until {delivery.ExpiresAt:yyyy-MM-dd HH:mm} UTC.", cancellationToken);
            return null;
        }
    }

    private async Task RestAsync(TimeSpan time, CancellationToken stop)
    {
        try
        {
            await wake.WaitAsync(time, stop);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the loop sees it.
        }
    }

    private sealed class Run(ClaimAhead claims, IProgress<int>? progress)
    {
        private int handled;

        public ClaimAhead Claims => claims;

        public int Handled => handled;

        public string? Unreachable { get; set; }

        public void Count()
        {
            var count = Interlocked.Increment(ref handled);
            progress?.Report(count);
        }
    }
}
