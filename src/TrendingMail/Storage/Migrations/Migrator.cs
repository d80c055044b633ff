using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace TrendingMail.Storage.Migrations;

/// <summary>A numbered schema migration.</summary>
public sealed record Migration(int Version, string Name, string Sql);

/// <summary>
/// Upgrades the schema to the version this program needs: numbered scripts, forward only, one transaction each. Several
/// processes may run it concurrently.
/// </summary>
/// <param name="dataUpgrades">What to recompute once the schema is up to date.</param>
public sealed class Migrator(Database database, TimeProvider clock, IEnumerable<IDataUpgrade>? dataUpgrades = null)
{
    /// <summary>Attempts per migration under lock contention; a few minutes in all.</summary>
    private const int MaximumAttempts = 100;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private const string CreateVersionsTable = """
        CREATE TABLE IF NOT EXISTS schema_versions (
            version    INTEGER PRIMARY KEY,
            name       TEXT    NOT NULL,
            applied_at BIGINT  NOT NULL
        )
        """;

    private IReadOnlyList<Migration> Migrations { get; } = Load(database.Dialect.Name);

    /// <summary>The schema version this program needs.</summary>
    public int LatestVersion => Migrations[^1].Version;

    /// <summary>The database's schema version; 0 if it is new.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public Task<int> CurrentVersionAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
            await session.SingleAsync<bool>(database.Dialect.TableExistsSql, new { table = "schema_versions" })
                ? await CurrentVersionAsync(session)
                : 0, cancellationToken);

    /// <summary>Whether the database has the schema that this program needs.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<bool> IsUpToDateAsync(CancellationToken cancellationToken) =>
        // A newer program may have migrated the database; this one ignores its additions.
        await CurrentVersionAsync(cancellationToken) >= LatestVersion;

    /// <summary>Applies the pending migrations and data upgrades; returns the migrations.</summary>
    /// <exception cref="TrendingMailException">
    /// The schema is newer than this program, or the database is unavailable.
    /// </exception>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellationToken)
    {
        var current = await CurrentVersionAsync(cancellationToken);
        RejectNewerSchema(current);
        var applied = current == LatestVersion ? [] : await ApplyPendingAsync(cancellationToken);
        foreach (var upgrade in dataUpgrades ?? [])
        {
            await upgrade.RunAsync(cancellationToken);
        }

        return applied;
    }

    private async Task<List<Migration>> ApplyPendingAsync(CancellationToken cancellationToken)
    {
        var applied = new List<Migration>();
        await database.WriteAsync(session => session.ExecuteAsync(CreateVersionsTable), cancellationToken);
        foreach (var migration in Migrations)
        {
            if (await ApplyAsync(migration, cancellationToken))
            {
                applied.Add(migration);
            }
        }

        return applied;
    }

    /// <returns>Whether the migration was pending.</returns>
    private async Task<bool> ApplyAsync(Migration migration, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(async session =>
                {
                    await database.Dialect.LimitLockWaitAsync(session);

                    // Checked again inside the transaction: another process may have applied it first.
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
                attempt < MaximumAttempts && e.InnerException is DbException inner && database.Dialect.IsBusy(inner))
            {
                // Nodes of the previous version are still using these tables: retry between their transactions.
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }

    private static Task<int> CurrentVersionAsync(Session session) =>
        session.SingleAsync<int>("SELECT COALESCE(MAX(version), 0) FROM schema_versions");

    private void RejectNewerSchema(int version)
    {
        if (version > LatestVersion)
        {
            throw new TrendingMailException(
                $"The database {database.Dialect.Location} has schema version {version}, but this program supports " +
                    $"up to {LatestVersion}: it was written by a newer version. Start that version, or restore a " +
                    "backup from before the upgrade.");
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
                // For example "0001_papers.sql" in the dialect's folder.
                var file = name[prefix.Length..^".sql".Length];
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(
                    int.Parse(file[..4], CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
            })];
    }
}
