using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace TrendingMail.Storage;

/// <summary>A numbered step of the schema.</summary>
public sealed record Migration(int Version, string Name, string Sql);

/// <summary>
/// Brings the schema to the version this program knows: numbered scripts, forward only, one transaction each, safe to
/// run from several processes at once.
/// </summary>
public sealed class Migrator(Database database, TimeProvider clock)
{
    /// <summary>How often a step is tried that others are in the way of, some minutes in all.</summary>
    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const string CreateVersions = """
        CREATE TABLE IF NOT EXISTS schema_versions (
            version    INTEGER PRIMARY KEY,
            name       TEXT    NOT NULL,
            applied_at BIGINT  NOT NULL
        )
        """;

    private IReadOnlyList<Migration> Known { get; } = Load(database.Dialect.Name);

    /// <summary>The version that this program needs.</summary>
    public int LatestVersion => Known[^1].Version;

    /// <summary>The version the database has; 0 where it is new.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public Task<int> CurrentVersionAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
            await session.SingleAsync<bool>(database.Dialect.TableExistsSql, new { table = "schema_versions" })
                ? await CurrentVersionAsync(session)
                : 0, cancellationToken);

    /// <summary>Applies what is missing and returns it.</summary>
    /// <exception cref="TrendingMailException">A newer program has been at this database, or it is out of reach.</exception>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellationToken)
    {
        var applied = new List<Migration>();
        var current = await CurrentVersionAsync(cancellationToken);
        RefuseFuture(current);
        if (current == LatestVersion)
        {
            return applied;
        }

        await database.WriteAsync(session => session.ExecuteAsync(CreateVersions), cancellationToken);
        foreach (var migration in Known)
        {
            if (await ApplyAsync(migration, cancellationToken))
            {
                applied.Add(migration);
            }
        }

        return applied;
    }

    /// <returns>Whether it was missing.</returns>
    private async Task<bool> ApplyAsync(Migration migration, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(async session =>
                {
                    await database.Dialect.YieldAsync(session);

                    // Asked again inside the transaction: another process may have been faster.
                    if (await CurrentVersionAsync(session) >= migration.Version)
                    {
                        return false;
                    }

                    await session.ExecuteSchemaAsync(migration.Sql);
                    await session.ExecuteAsync(
                        "INSERT INTO schema_versions (version, name, applied_at) VALUES (@Version, @Name, @AppliedAt)",
                        new { migration.Version, migration.Name, AppliedAt = clock.GetUtcNow() });
                    return true;
                }, cancellationToken);
            }
            catch (TrendingMailException e) when (
                attempt < Attempts && e.InnerException is DbException inner && database.Dialect.IsBusy(inner))
            {
                // Nodes of the version before are at work on these tables: they go on, and it is tried between their transactions.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static Task<int> CurrentVersionAsync(Session session) =>
        session.SingleAsync<int>("SELECT COALESCE(MAX(version), 0) FROM schema_versions");

    private void RefuseFuture(int version)
    {
        if (version > LatestVersion)
        {
            throw new TrendingMailException(
                $"The database {database.Dialect.Location} has schema {version}, and this program knows {LatestVersion}: " +
                "it was written by a newer version. Start that version, or restore a backup from before the upgrade.");
        }
    }

    private static List<Migration> Load(string dialect)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"TrendingMail.Storage.Migrations.{dialect}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                // "0001_papers.sql" in the folder of the dialect.
                var file = name[prefix.Length..^".sql".Length];
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(
                    int.Parse(file[..4], CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
            })];
    }
}
