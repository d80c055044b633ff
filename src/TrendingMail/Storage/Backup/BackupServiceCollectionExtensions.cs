using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Storage.Backup.Archives;

namespace TrendingMail.Storage.Backup;

/// <summary>Registers backup and restore.</summary>
public static class BackupServiceCollectionExtensions
{
    /// <param name="createContents">Says which files a backup holds besides the database.</param>
    public static IServiceCollection AddBackup(
        this IServiceCollection services, BackupOptions options,
        Func<IServiceProvider, BackupContents> createContents) => services
        .AddSingleton(options)
        .AddSingleton(createContents)
        .AddSingleton<BackupService>()
        .AddSingleton<BackupSchedule>();
}
