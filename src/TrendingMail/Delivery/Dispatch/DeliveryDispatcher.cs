using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>
/// Claims ready deliveries, composes their messages and sends them over the transport's connections in parallel.
/// </summary>
public sealed class DeliveryDispatcher : IDisposable
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

    private readonly DeliveryQueue queue;
    private readonly DeliveryStateWriter stateWriter;
    private readonly OperatorAlerts alerts;
    private readonly IMailTransport transport;
    private readonly TimeProvider clock;
    private readonly ILogger<DeliveryDispatcher> logger;
    private readonly DeliverabilityMonitor monitor;
    private readonly WarmUpLimiter warmUps;
    private readonly WarmUpReporter warmUpReporter;
    private readonly DeliveryStep step;
    private readonly SemaphoreSlim wake = new(0);
    private readonly PostponedDeliveries postponed;
    private bool hasWoken;
    private string? lastProblem;

    public DeliveryDispatcher(
        DeliveryQueue queue, DeliveryStateWriter stateWriter, DomainThrottleStore domains, WarmUpLimiter warmUps,
        WarmUpReporter warmUpReporter, PostponedDeliveries postponed, OperatorAlerts alerts, IMailTransport transport,
        IEnumerable<Composer> composers, DeliveryOptions options, TimeProvider clock,
        ILogger<DeliveryDispatcher> logger)
    {
        this.queue = queue;
        this.stateWriter = stateWriter;
        this.alerts = alerts;
        this.transport = transport;
        this.clock = clock;
        this.logger = logger;
        this.warmUps = warmUps;
        this.warmUpReporter = warmUpReporter;
        this.postponed = postponed;
        monitor = new DeliverabilityMonitor(options, domains, alerts, clock, logger);
        step = new DeliveryStep(stateWriter, monitor, warmUps, alerts, composers, options, clock, logger);
    }

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

        if (!hasWoken)
        {
            await postponed.WakeAsync(stop);
            hasWoken = true;
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
                Task.Run(
                    () => new DeliveryWorker(connection, run, step, monitor).RunAsync(stop, hardStop.Token),
                    CancellationToken.None)));
        }
        finally
        {
            await ended.CancelAsync();
            await recovering;
            await claims.ReleaseAllAsync(stateWriter);
            await FlushWarmUpsAsync();
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
                await FlushWarmUpsAsync();
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

    /// <summary>
    /// Gives unused permits back, and alerts the operator to deliveries that expired because no server had room.
    /// </summary>
    private async Task FlushWarmUpsAsync()
    {
        try
        {
            foreach (var (server, day) in await warmUps.FlushAsync())
            {
                await warmUpReporter.AlertAsync(alerts, server, day);
            }
        }
        catch (TrendingMailException e)
        {
            logger.LogWarning("Cannot alert the operator to mail that did not fit a warm-up: {Fault}", e.Message);
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
