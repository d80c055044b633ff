using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Digests.Planning;
using TrendingMail.Links;
using TrendingMail.Papers.Search;
using TrendingMail.Scheduling;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.PostgreSql;
using TrendingMail.Subscribers.Import.Persistence;

namespace TrendingMail.Engines;

/// <summary>Registers everything that is implemented separately for PostgreSQL.</summary>
public static class PostgreSqlServiceCollectionExtensions
{
    /// <param name="baseDirectory">
    /// The folder with the key file of an installation that was moved here from SQLite, if there is one.
    /// </param>
    /// <exception cref="TrendingMailException">The connection string is invalid.</exception>
    public static IServiceCollection AddPostgreSql(
        this IServiceCollection services, string connectionString, string baseDirectory) => services
        .AddSingleton<IDialect>(new PostgreSqlDialect(connectionString))
        .AddSingleton<IDatabaseBackup>(provider =>
            new PostgreSqlBackup(provider.GetRequiredService<IDialect>(), connectionString))
        .AddSingleton<QuartzStore>(new PostgreSqlQuartzStore(connectionString))
        .AddSingleton<KeyStore>(provider => CreateKeyStore(provider, baseDirectory))
        .AddSingleton<ISearchDialect, PostgreSqlSearch>()
        .AddSingleton<IQueueDialect, PostgreSqlQueueDialect>()
        .AddSingleton<ImportStoreFactory>((session, erased) => new PostgreSqlImportStore(session, erased))
        .AddSingleton<DuePlannerFactory>(provider =>
            queue => new PostgreSqlDuePlanner(provider.GetRequiredService<IDialect>(), queue));

    private static DatabaseKeyStore CreateKeyStore(IServiceProvider provider, string baseDirectory)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        return new DatabaseKeyStore(provider.GetRequiredService<Database>(), clock,
            new FileKeyStore(Path.GetFullPath(SecurityOptions.DefaultKeyFile, baseDirectory), clock));
    }
}
