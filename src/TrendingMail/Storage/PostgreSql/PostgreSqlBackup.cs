using System.Data;
using System.Globalization;
using System.Text;
using Dapper;
using Npgsql;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Backup.Archives;

namespace TrendingMail.Storage.PostgreSql;

/// <summary>
/// Backs up the database with <c>pg_dump</c>, and restores it with <c>psql</c> in one transaction. The dump and the row
/// counts are of the same snapshot.
/// </summary>
public sealed class PostgreSqlBackup(IDialect dialect, string connectionString) : IDatabaseBackup
{
    /// <summary>How far the ids of a restored copy are from those given out after the backup.</summary>
    private const int IdGap = 1_000_000;

    private readonly PostgreSqlTools tools = new(connectionString);

    public string FileName => "database.sql";

    public async Task<DatabaseSummary> WriteAsync(
        string scratchFile, Stream output, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await dialect.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        await connection.ExecuteAsync(
            "SET TRANSACTION READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0");
        var snapshot = await connection.QuerySingleAsync<string>("SELECT pg_export_snapshot()");
        await tools.DumpAsync(snapshot, output, cancellationToken);
        return await SummarizeAsync(connection, cancellationToken);
    }

    public async Task RequireEmptyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dialect.OpenAsync(cancellationToken);
        if (await connection.QuerySingleAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema())"))
        {
            throw new TrendingMailException(
                $"The installation is not empty: the database {dialect.Location} has tables. Create an empty one " +
                "with 'createdb --template template0 --encoding UTF8' and name it in Database:ConnectionString. " +
                "Nothing was changed.");
        }
    }

    public Task RestoreAsync(BackupArchive backup, string finalSql, CancellationToken cancellationToken) =>
        RestoreAsync(tools.Database, backup, $"{SkipIdsSql}\n{finalSql}", cancellationToken);

    public async Task<DatabaseSummary> RestoreTemporarilyAsync(
        BackupArchive backup, string scratchFile, CancellationToken cancellationToken)
    {
        var name = $"trendingmail_verify_{Guid.NewGuid():n}";
        await using var connection = await dialect.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", commandTimeout: 0,
            cancellationToken: cancellationToken));
        try
        {
            await RestoreAsync(name, backup, "", cancellationToken);
            await using var copy = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(connectionString) { Database = name, Pooling = false }
                    .ConnectionString);
            await copy.OpenAsync(cancellationToken);
            return await SummarizeAsync(copy, cancellationToken);
        }
        finally
        {
            await connection.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    /// <summary>Skips the ids that may have been given out after the backup.</summary>
    private static string SkipIdsSql { get; } = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,
            LEAST(COALESCE(last_value, 0) + {IdGap}, max_value))
        FROM pg_sequences
        WHERE schemaname = current_schema();
        """);

    private Task RestoreAsync(
        string database, BackupArchive backup, string finalSql, CancellationToken cancellationToken) =>
        tools.RunScriptAsync(database, async script =>
        {
            await using (var dump = await backup.OpenEntryAsync(FileName, cancellationToken))
            {
                await dump.CopyToAsync(script, cancellationToken);
            }

            // The dump leaves an empty search path behind.
            await script.WriteAsync(Encoding.UTF8.GetBytes(
                $"\nRESET search_path;\n{CheckRowsSql(backup.Manifest)}\n{finalSql}\n"), cancellationToken);
        }, cancellationToken);

    /// <summary>Fails, and so rolls the restore back, if a table has another number of rows.</summary>
    private static string CheckRowsSql(BackupManifest manifest) => string.Join('\n', manifest.Tables.Select(table =>
        string.Create(CultureInfo.InvariantCulture, $"""
            DO $$ BEGIN
                IF (SELECT COUNT(*) FROM {QuoteName(table.Name)}) <> {table.Rows} THEN
                    RAISE EXCEPTION 'the restored table {table.Name} does not have {table.Rows} rows';
                END IF;
            END $$;
            """)));

    private static async Task<DatabaseSummary> SummarizeAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Without generated columns: a newer server may compute them differently.
        var columns = (await connection.QueryAsync<(string Table, string Column)>("""
            SELECT table_name, column_name
            FROM information_schema.columns
            JOIN pg_class c ON c.oid = quote_ident(table_name)::regclass
            WHERE table_schema = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND is_generated = 'NEVER' AND table_name NOT LIKE 'qrtz\_%'
            ORDER BY table_name, ordinal_position
            """)).ToLookup(row => row.Table, row => row.Column);
        var tables = new List<TableSummary>();
        foreach (var table in columns)
        {
            tables.Add(await TableScan.SummarizeAsync(connection, table.Key,
                $"SELECT {string.Join(", ", table.Select(QuoteName))} FROM {QuoteName(table.Key)}", cancellationToken));
        }

        return new DatabaseSummary(
            await connection.QuerySingleAsync<int>("SELECT COALESCE(MAX(version), 0) FROM schema_versions"), tables);
    }

    private static string QuoteName(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
