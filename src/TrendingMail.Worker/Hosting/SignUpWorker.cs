using System.Threading.Channels;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.SignUp;

namespace TrendingMail.Worker.Hosting;

/// <summary>Processes sign-up requests as they arrive, and those left over from an earlier run.</summary>
internal sealed class SignUpWorker(SignUpRequestQueue requests, DeliveryDispatcher dispatcher, ILogger<SignUpWorker> logger)
    : BackgroundService
{
    /// <summary>Polling interval, for retries after an error and for requests accepted by other processes.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Signals that a request is waiting.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await requests.ProcessAsync(stoppingToken) > 0)
                {
                    dispatcher.Wake();
                }
            }
            catch (TrendingMailException e)
            {
                logger.LogError("Cannot process sign-ups; retrying shortly: {Error}", e.Message);
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(PollInterval);
        try
        {
            await wake.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The polling interval elapsed.
        }
    }
}
