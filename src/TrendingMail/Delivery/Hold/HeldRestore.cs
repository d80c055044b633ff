using TrendingMail.Storage.Backup;

namespace TrendingMail.Delivery.Hold;

/// <summary>Restores a backup as a copy on hold. There is no moment at which the copy could send mail.</summary>
public sealed class HeldRestore(BackupService backups, TimeProvider clock)
{
    /// <inheritdoc cref="BackupService.RestoreAsync"/>
    public Task<RestoreReport> RestoreAsync(string file, CancellationToken cancellationToken) =>
        backups.RestoreAsync(
            file, manifest => HoldStore.PlaceSql(manifest.CreatedAt, clock.GetUtcNow()), cancellationToken);
}
