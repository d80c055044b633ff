using System.Threading.Channels;
using TrendingMail.Delivery;
using TrendingMail.SignUp;

namespace TrendingMail.Worker.Hosting;

/// <summary>Answers the wishes to subscribe as they come in, and those that an earlier run left.</summary>
internal sealed class SignUpWorker(SignUpRequests requests, DeliveryPump pump, ILogger<SignUpWorker> logger)
    : BackgroundService
{
    /// <summary>How soon it looks again after a fault, or for what another process took in.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There is something to answer.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await requests.AnswerAsync(stoppingToken) > 0)
                {
                    pump.Wake();
                }
            }
            catch (TrendingMailException e)
            {
                logger.LogError("Sign-ups wait for their answer: {Fault}", e.Message);
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(stop);
        rest.CancelAfter(Rest);
        try
        {
            await wake.Reader.ReadAsync(rest.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nobody called: look by ourselves.
        }
    }
}
