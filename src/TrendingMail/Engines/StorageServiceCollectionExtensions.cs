using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Engines;

/// <summary>Registers the database and the configured engine. The only place that decides by the engine.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    /// <exception cref="TrendingMailException">The connection string is not valid for the engine.</exception>
    public static IServiceCollection AddStorage(
        this IServiceCollection services, DatabaseOptions options, string baseDirectory) =>
        (options.Provider == DatabaseProvider.PostgreSql
            ? services.AddPostgreSql(options.ConnectionString, baseDirectory)
            : services.AddSqlite(options.ConnectionString, baseDirectory))
        .AddSingleton<Database>()
        .AddSingleton<Migrator>();
}
