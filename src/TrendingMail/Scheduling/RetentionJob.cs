using Microsoft.Extensions.Logging;
using Quartz;
using TrendingMail.Delivery.Queue;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.Inbound;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.SignUp;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.Scheduling;

/// <summary>Deletes data whose retention period has passed: each feature deletes its own.</summary>
public sealed class RetentionJob(
    SubscriberRetention subscribers, SignUpRetention signUp, DeliveryRetention deliveries, InboundRetention inbound,
    DomainReportRetention domainReports, SeedMonitor seeds, ILogger<RetentionJob> logger) : IJob
{
    /// <exception cref="AggregateException">A feature's data could not be deleted. The others' was.</exception>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var faults = new List<Exception>();
        await DeleteAsync(
            "subscriber data", async () => (await subscribers.DeleteExpiredAsync(cancellationToken)).Total);
        await DeleteAsync("sign-up data", async () => (await signUp.DeleteExpiredAsync(cancellationToken)).Total);
        await DeleteAsync("deliveries", () => deliveries.DeleteExpiredAsync(cancellationToken));
        await DeleteAsync("inbound events", async () => await inbound.DeleteExpiredAsync(cancellationToken));
        await DeleteAsync("domain reports", async () => await domainReports.DeleteExpiredAsync(cancellationToken));
        await DeleteAsync("results of seed mailboxes", () => seeds.DeleteExpiredAsync(cancellationToken));
        if (faults.Count > 0)
        {
            throw new AggregateException(faults);
        }

        async Task DeleteAsync(string name, Func<Task<long>> deleteExpiredAsync)
        {
            try
            {
                if (await deleteExpiredAsync() is > 0 and var rows)
                {
                    logger.LogInformation("Deleted {Rows} rows of expired {Data}", rows, name);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One feature's fault must not keep the data of the others.
                faults.Add(e);
            }
        }
    }
}
