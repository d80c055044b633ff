using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TrendingMail.Delivery;

/// <summary>What one run over the ready deliveries did.</summary>
/// <param name="Handled">Deliveries of which something came.</param>
/// <param name="Unreachable">The last reason why a lane found no server; null where none did.</param>
/// <param name="NextTurn">When the first of those has its turn that a domain's pace put off; null where none was.</param>
public sealed record DrainResult(int Handled, string? Unreachable, DateTimeOffset? NextTurn = null);

/// <summary>Takes what is ready out of the ledger, composes it, and hands it to the transport's lanes, side by side.</summary>
public sealed class DeliveryPump(
    Ledger ledger, LedgerClerk clerk, DomainBook domains, OperatorAlerts alerts, IMailTransport transport,
    IEnumerable<Composer> composers, DeliveryOptions options, TimeProvider clock, ILogger<DeliveryPump> logger) : IDisposable
{
    /// <summary>How often the ledger is asked for what other processes queued.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    /// <summary>The transport has its own measure of when to try a server again; this is how often it is asked.</summary>
    private static readonly TimeSpan RestWhenUnreachable = TimeSpan.FromSeconds(5);

    /// <summary>How often a run looks for what nodes left behind that died since.</summary>
    private static readonly TimeSpan RecoverInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long a message in flight may take to finish after the stop was asked for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, Composer> composersByKind =
        composers.SelectMany(composer => composer.Kinds.Select(kind => (kind, composer)))
            .ToDictionary(pair => pair.kind, pair => pair.composer);

    private readonly DomainWatch watch = new(options, domains, alerts, clock, logger);
    private readonly SemaphoreSlim wake = new(0);
    private string? lastFault;

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
                var drained = await DrainAsync(null, stop);
                Tell(drained.Unreachable is { } reason ? $"no mail leaves through {transport.Name}: {reason}" : null);
                rest = drained.Unreachable is null ? UntilNextTurn(drained) : RestWhenUnreachable;
            }
            catch (TrendingMailException e)
            {
                Tell(e.Message);
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

        await watch.LookAsync(stop);
        using var hardStop = new CancellationTokenSource();
        await using var registration = stop.Register(() => hardStop.CancelAfter(Grace));
        var lanes = transport.OpenLanes();
        var claims = new ClaimAhead(ledger, NodeId.Own, lanes.Count, clock);
        using var run = new DrainRun(claims, lanes.Count, progress, clock, stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var recovering = RecoverSometimesAsync(claims, ended.Token);
        try
        {
            await Task.WhenAll(lanes.Select(lane =>
                Task.Run(() => DrainLaneAsync(lane, run, stop, hardStop.Token), CancellationToken.None)));
        }
        finally
        {
            await ended.CancelAsync();
            await recovering;
            await claims.ReturnAsync(clerk);
        }

        return new DrainResult(run.Handled, run.Unreachable, run.NextTurn);
    }

    public void Dispose() => wake.Dispose();

    /// <summary>Takes over what other nodes leave behind when they die during a run that may last for hours.</summary>
    private async Task RecoverSometimesAsync(ClaimAhead claims, CancellationToken ended)
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
                await ledger.RecoverAsync(ended);
                claims.LookAgain();
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (TrendingMailException e)
            {
                // The lanes meet the same fault, and end the run where it lasts.
                logger.LogWarning("What other nodes left behind cannot be looked for: {Fault}", e.Message);
            }
        }
    }

    private async Task DrainLaneAsync(IMailLane lane, DrainRun run, CancellationToken stop, CancellationToken hardStop)
    {
        await using (lane)
        {
            // An outcome is written in the same transaction as the mark of the lane's next message, which waits for it.
            var recording = Task.CompletedTask;
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    watch.Hold(lane);
                    if (await lane.ReadyAsync(run.Over) is { } reason)
                    {
                        if (!await run.RestAsync(reason))
                        {
                            return;
                        }

                        continue;
                    }

                    if (run.Claims.IsEmpty)
                    {
                        await recording;
                    }

                    if (await NextAsync(run) is not { } delivery)
                    {
                        run.End();
                        return;
                    }

                    if (await DeliverAsync(delivery, lane, hardStop) is not { } outcome)
                    {
                        run.Claims.LookAgain();
                        continue;
                    }

                    await recording;
                    recording = RecordAsync(delivery, outcome, lane);
                    run.Count();
                    if (outcome is Outcome.Unreachable { Reply: var why } && !await run.RestAsync(why))
                    {
                        return;
                    }
                }
            }
            catch (OperationCanceledException) when (run.Over.IsCancellationRequested)
            {
                // Asked to stop, or nothing was left to do, while no message was in flight.
            }
            finally
            {
                await recording;
            }
        }
    }

    /// <summary>The next delivery whose domain takes one now. The others get their turn in the ledger.</summary>
    private async ValueTask<ClaimedDelivery?> NextAsync(DrainRun run)
    {
        while (await run.Claims.NextAsync() is { } delivery)
        {
            if (await TurnAsync(delivery) is not { } turn)
            {
                return delivery;
            }

            run.PutOff(turn);
            await clerk.PutBackAsync(delivery, turn);
        }

        return null;
    }

    private async ValueTask<DateTimeOffset?> TurnAsync(ClaimedDelivery delivery)
    {
        try
        {
            return await watch.TurnAsync(DomainOf(delivery), CancellationToken.None);
        }
        catch (TrendingMailException)
        {
            await clerk.PutBackAsync(delivery, notBefore: null);
            throw;
        }
    }

    /// <summary>Composes and sends a mail, and says what came of it; null where it was given back unsent.</summary>
    private async Task<Outcome?> DeliverAsync(ClaimedDelivery delivery, IMailLane lane, CancellationToken hardStop)
    {
        if (clock.GetUtcNow() >= delivery.ExpiresAt)
        {
            return new Outcome.Expired("not sent in the time in which it was worth sending");
        }

        switch (await ComposeAsync(delivery, hardStop))
        {
            case Composition.Skip skip:
                return new Outcome.Skipped(skip.Reason);
            case Composition.Mail mail:
                using (mail.Envelope)
                {
                    if (!await BeginAsync(delivery))
                    {
                        return null;
                    }

                    DeliveryMeter.Begun();
                    var start = Stopwatch.GetTimestamp();
                    var outcome = await lane.SendAsync(mail.Envelope, hardStop);
                    DeliveryMeter.Exchanged(Stopwatch.GetElapsedTime(start));
                    return outcome;
                }

            default:
                return new Outcome.Deferred("the mail could not be composed; see the log");
        }
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
            await clerk.TakeBackAsync(delivery);
            await clerk.PutBackAsync(delivery, notBefore: null);
            throw;
        }

        // The reader changed since the claim: with the next one the mail is composed for who the reader is then.
        await clerk.PutBackAsync(delivery, notBefore: null);
        return false;
    }

    private async Task RecordAsync(ClaimedDelivery delivery, Outcome outcome, IMailLane lane)
    {
        outcome = await watch.JudgeAsync(DomainOf(delivery), outcome, lane);
        var verdict = Verdict.Of(outcome, delivery, clock.GetUtcNow(), options, Random.Shared.NextDouble());
        if (verdict.State is not DeliveryState.Sent)
        {
            logger.LogInformation("Delivery {Id} ({Kind} {Key}) is {State}: {Reply}",
                delivery.Id, delivery.Kind, delivery.Key, verdict.State, verdict.Reply);
        }

        if (!await clerk.RecordAsync(delivery, verdict))
        {
            logger.LogError("Delivery {Id} was taken over by another process while this one sent it ({Reply}); " +
                "the reader may get it twice. Was this machine asleep?", delivery.Id, verdict.Reply);
            return;
        }

        DeliveryMeter.Recorded(verdict.State);
    }

    private static string DomainOf(ClaimedDelivery delivery)
    {
        var address = delivery.Reader!.Address;
        return address[(address.LastIndexOf('@') + 1)..];
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

    /// <summary>Says in the log what keeps mail from leaving, once until it is another thing or over.</summary>
    private void Tell(string? fault)
    {
        if (fault is not null && fault != lastFault)
        {
            logger.LogError("Delivery rests: {Fault}", fault);
        }
        else if (fault is null && lastFault is not null)
        {
            logger.LogInformation("Delivery goes on");
        }

        lastFault = fault;
    }

    private TimeSpan UntilNextTurn(DrainResult drained) => drained.NextTurn - clock.GetUtcNow() is { } turn && turn < PollInterval
        ? turn > TimeSpan.Zero ? turn : TimeSpan.Zero
        : PollInterval;

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
}
