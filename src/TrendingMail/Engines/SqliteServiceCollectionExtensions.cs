using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Digests.Planning;
using TrendingMail.Links;
using TrendingMail.Papers.Search;
using TrendingMail.Scheduling;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Sqlite;
using TrendingMail.Subscribers.Import.Persistence;

namespace TrendingMail.Engines;

/// <summary>Registers everything that is implemented separately for SQLite.</summary>
public static class SqliteServiceCollectionExtensions
{
    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    /// <exception cref="TrendingMailException">The connection string is invalid or names no file.</exception>
    public static IServiceCollection AddSqlite(
        this IServiceCollection services, string connectionString, string baseDirectory)
    {
        var dialect = new SqliteDialect(connectionString, baseDirectory);
        return services
            .AddSingleton<IDialect>(dialect)
            .AddSingleton<IDatabaseBackup, SqliteBackup>()
            .AddSingleton<QuartzStore>(new SqliteQuartzStore(dialect.Location))
            .AddSingleton<KeyStore>(provider => new FileKeyStore(
                Path.GetFullPath(SecurityOptions.DefaultKeyFile, baseDirectory),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ISearchDialect, SqliteSearch>()
            .AddSingleton<IQueueDialect, SqliteQueueDialect>()
            .AddSingleton<ImportStoreFactory>((session, erased) => new SqliteImportStore(session, erased))
            .AddSingleton<DuePlannerFactory>(provider =>
                queue => new SqliteDuePlanner(provider.GetRequiredService<IDialect>(), queue));
    }
}
