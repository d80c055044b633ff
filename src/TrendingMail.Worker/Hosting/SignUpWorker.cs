using TrendingMail.Delivery.Dispatch;
using TrendingMail.SignUp;

namespace TrendingMail.Worker.Hosting;

/// <summary>Processes sign-up requests as they arrive, and those left over from an earlier run.</summary>
internal sealed class SignUpWorker(
    SignUpRequestQueue requests, DeliveryDispatcher dispatcher, ILogger<SignUpWorker> logger)
    : BackgroundService
{
    /// <summary>Polling interval, for retries after an error and for requests accepted by other processes.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

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

            await requests.WaitAsync(PollInterval, stoppingToken);
        }
    }
}
