using System.Globalization;
using Quartz;
using TrendingMail.Delivery;
using TrendingMail.Storage.Backup;

namespace TrendingMail.Scheduling;

/// <summary>Makes the scheduled backup, and alerts the operator if it fails.</summary>
public sealed class BackupJob(BackupSchedule backups, OperatorAlerts alerts, TimeProvider clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await backups.RunAsync(cancellationToken);
        }
        catch (TrendingMailException e)
        {
            await alerts.RaiseAsync(
                string.Create(CultureInfo.InvariantCulture, $"backup-{clock.GetUtcNow():yyyy-MM-dd}"),
                "The scheduled backup failed", e.Message, cancellationToken);
        }
    }
}
