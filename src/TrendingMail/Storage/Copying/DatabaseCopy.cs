using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using TrendingMail.Storage.PostgreSql;
using TrendingMail.Storage.Sqlite;

namespace TrendingMail.Storage.Copying;

/// <summary>A table that was copied and verified.</summary>
/// <param name="Sha256">The hash over all values of all rows in order, in hexadecimal.</param>
public sealed record CopiedTable(string Name, long Rows, string Sha256);

/// <summary>The progress of a copy.</summary>
public sealed record CopyProgress(string Table, long Rows, long Total);

/// <summary>
/// Copies an installation from SQLite to PostgreSQL. The source is read from one snapshot and never written to. Rows
/// are copied in order, so that an interrupted copy resumes after the last row written. Each table is then compared in
/// both databases by its row count and a hash over all values.
/// </summary>
public sealed class DatabaseCopy(Database source, Database target)
{
    /// <summary>Not copied: SQLite installations keep the keys in a file next to the database.</summary>
    private const string LinkKeysTable = "link_keys";

    /// <summary>Rows per transaction.</summary>
    private const int BatchSize = 20_000;

    /// <exception cref="TrendingMailException">
    /// The schemas are out of date, the target contains other rows, or the copied rows differ from the source.
    /// </exception>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(
        IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        if (source.Dialect is not SqliteDialect || target.Dialect is not PostgreSqlDialect)
        {
            throw new TrendingMailException("Only a copy from Sqlite to PostgreSql is supported.");
        }

        await using var from = await source.Dialect.OpenAsync(cancellationToken);
        await using var to = (NpgsqlConnection)await target.Dialect.OpenAsync(cancellationToken);

        // One transaction, so that all reads see the same snapshot.
        await from.ExecuteAsync("BEGIN TRANSACTION");
        try
        {
            return await RunAsync(from, to, progress, cancellationToken);
        }
        finally
        {
            await from.ExecuteAsync("ROLLBACK TRANSACTION");
        }
    }

    private static async Task<IReadOnlyList<CopiedTable>> RunAsync(
        DbConnection from, NpgsqlConnection to, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        var tables = (await TableDefinition.ReadAllAsync(to)).Where(table => table.Name != LinkKeysTable).ToArray();
        var counts = new Dictionary<string, long>();
        foreach (var table in tables)
        {
            counts[table.Name] = await from.QuerySingleAsync<long>($"SELECT COUNT(*) FROM {table.Name}");
        }

        var total = counts.Values.Sum();
        var copiedBefore = 0L;
        var copied = new List<CopiedTable>();
        foreach (var table in tables)
        {
            await CopyAsync(from, to, table,
                rows => progress?.Report(new CopyProgress(table.Name, copiedBefore + rows, total)), cancellationToken);
            copiedBefore += counts[table.Name];
            copied.Add(await CompareAsync(from, to, table, cancellationToken));
            if (table.IdentityColumn is not null)
            {
                await AdvanceSequenceAsync(from, to, table);
            }
        }

        return copied;
    }

    private static async Task CopyAsync(
        DbConnection from, NpgsqlConnection to, TableDefinition table, Action<long> onCopied,
        CancellationToken cancellationToken)
    {
        var copied = await to.QuerySingleAsync<long>($"SELECT COUNT(*) FROM {table.Name}");
        await using var command = from.CreateCommand();
        command.CommandText = $"{table.SelectSql} LIMIT -1 OFFSET {copied}";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        for (var hasMore = true; hasMore;)
        {
            var batch = 0;
            await using var writer = await to.BeginBinaryImportAsync(
                $"COPY {table.Name} ({table.ColumnList}) FROM STDIN (FORMAT BINARY)", cancellationToken);
            while (batch < BatchSize && (hasMore = await rows.ReadAsync(cancellationToken)))
            {
                await writer.StartRowAsync(cancellationToken);
                for (var i = 0; i < table.Columns.Count; i++)
                {
                    if (RowValue.Convert(rows.GetValue(i), table.Columns[i].Type) is { } value)
                    {
                        await writer.WriteAsync(value, RowValue.ToNpgsqlType(table.Columns[i].Type), cancellationToken);
                    }
                    else
                    {
                        await writer.WriteNullAsync(cancellationToken);
                    }
                }

                batch++;
            }

            // COPY is atomic: without Complete, none of the batch's rows is written.
            await writer.CompleteAsync(cancellationToken);
            onCopied(copied += batch);
        }
    }

    private static async Task<CopiedTable> CompareAsync(
        DbConnection from, DbConnection to, TableDefinition table, CancellationToken cancellationToken)
    {
        var expected = await HashAsync(from, table, cancellationToken);
        var actual = await HashAsync(to, table, cancellationToken);
        return expected == actual ? actual : throw new TrendingMailException(
            $"The copy of table {table.Name} differs from the source ({expected.Rows} rows in the " +
                $"source, {actual.Rows} in the copy). If the target was already in use, start over with an empty " +
                "database; the source is unchanged.");
    }

    private static async Task<CopiedTable> HashAsync(
        DbConnection connection, TableDefinition table, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = table.SelectSql;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        for (; await rows.ReadAsync(cancellationToken); count++)
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                hash.AppendData(
                    Encoding.UTF8.GetBytes(
                        RowValue.ToHashText(RowValue.Convert(rows.GetValue(i), table.Columns[i].Type))));
            }
        }

        return new CopiedTable(table.Name, count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Advances the sequence past every id ever assigned, including those of deleted rows.</summary>
    private static async Task AdvanceSequenceAsync(DbConnection from, NpgsqlConnection to, TableDefinition table)
    {
        var highest = await from.QuerySingleAsync<long>($"""
            SELECT MAX(COALESCE((SELECT MAX({table.IdentityColumn}) FROM {table.Name}), 0),
                COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table.Name}'), 0))
            """);
        if (highest > 0)
        {
            await to.ExecuteAsync(
                $"SELECT setval(pg_get_serial_sequence('{table.Name}', '{table.IdentityColumn}'), {highest})");
        }
    }
}
