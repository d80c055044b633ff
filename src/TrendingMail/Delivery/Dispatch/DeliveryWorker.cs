using TrendingMail.Delivery.Throttling;

namespace TrendingMail.Delivery.Dispatch;

/// <summary>Sends deliveries of a run over one connection, one after the other.</summary>
internal sealed class DeliveryWorker(
    IMailConnection connection, DispatchRun run, DeliveryStep step, DeliverabilityMonitor monitor)
{
    /// <summary>
    /// The last outcome shares a transaction with the sending mark of this connection's next message, which waits for
    /// it.
    /// </summary>
    private Task recording = Task.CompletedTask;

    /// <summary>Sends until nothing is ready, no server is reachable or a stop is requested.</summary>
    /// <param name="stop">Ends the work after the message in flight.</param>
    /// <param name="hardStop">Ends the message in flight too.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken hardStop)
    {
        await using (connection)
        {
            try
            {
                var continues = true;
                while (continues && !stop.IsCancellationRequested)
                {
                    continues = await ContinueAsync(hardStop);
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

    /// <summary>Handles one delivery, or waits for the server.</summary>
    /// <returns>False if the run has ended.</returns>
    private async ValueTask<bool> ContinueAsync(CancellationToken hardStop)
    {
        monitor.ApplyServerPause(connection);
        if (await connection.PrepareAsync(run.Ended) is { } reason)
        {
            return await run.WaitForServerAsync(reason);
        }

        if (run.Claims.IsEmpty)
        {
            await recording;
        }

        if (await step.NextAsync(run, connection) is not { } ready)
        {
            run.End();
            return false;
        }

        if (await step.SendAsync(ready, connection, hardStop) is not { } outcome)
        {
            run.Claims.Resume();
            return true;
        }

        await recording;
        recording = step.RecordAsync(ready.Delivery, outcome, connection, run);
        run.CountHandled();
        return outcome is not Outcome.Unreachable { Reply: var reply } || await run.WaitForServerAsync(reply);
    }
}
