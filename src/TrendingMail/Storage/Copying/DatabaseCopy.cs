using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace TrendingMail.Storage.Copying;

/// <summary>A table that was copied and found to be the same in both databases.</summary>
/// <param name="Sha256">Over all values of all rows in order, in hexadecimal digits.</param>
public sealed record CopiedTable(string Name, long Rows, string Sha256);

/// <summary>How far a copy has come.</summary>
public sealed record CopyProgress(string Table, long Rows, long Total);

/// <summary>
/// Moves an installation from SQLite to PostgreSQL. The source is read as it stood at the beginning, and is not written to. Rows
/// go in order, so that a copy that was broken off goes on behind the last row that arrived. In the end every table is read in both
/// databases and compared by its number of rows and a hash over all of their values.
/// </summary>
public sealed class DatabaseCopy(Database source, Database target)
{
    /// <summary>Keys lie in a file beside SQLite, and in PostgreSQL in this table: they are not copied as rows.</summary>
    private const string OfTheTarget = "link_keys";

    /// <summary>Rows of a transaction.</summary>
    private const int Batch = 20_000;

    /// <exception cref="TrendingMailException">
    /// The schemas are not up to date, the target has other rows, or what arrived is not what was sent.
    /// </exception>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        if (source.Dialect is not SqliteDialect || target.Dialect is not PostgreSqlDialect)
        {
            throw new TrendingMailException("A copy goes from Sqlite to PostgreSql.");
        }

        await using var from = await source.Dialect.OpenAsync(cancellationToken);
        await using var to = (NpgsqlConnection)await target.Dialect.OpenAsync(cancellationToken);

        // One transaction, so that it is all of one moment.
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
        var tables = (await TableShape.ReadAllAsync(to)).Where(table => table.Name != OfTheTarget).ToArray();
        var counts = new Dictionary<string, long>();
        foreach (var table in tables)
        {
            counts[table.Name] = await from.QuerySingleAsync<long>($"SELECT COUNT(*) FROM {table.Name}");
        }

        var total = counts.Values.Sum();
        var before = 0L;
        var copied = new List<CopiedTable>();
        foreach (var table in tables)
        {
            await CopyAsync(from, to, table, rows => progress?.Report(new CopyProgress(table.Name, before + rows, total)), cancellationToken);
            before += counts[table.Name];
            copied.Add(await CompareAsync(from, to, table, cancellationToken));
            if (table.Identity is not null)
            {
                await NumberOnAsync(from, to, table);
            }
        }

        return copied;
    }

    private static async Task CopyAsync(
        DbConnection from, NpgsqlConnection to, TableShape table, Action<long> arrived, CancellationToken cancellationToken)
    {
        var done = await to.QuerySingleAsync<long>($"SELECT COUNT(*) FROM {table.Name}");
        await using var command = from.CreateCommand();
        command.CommandText = $"{table.RowsSql} LIMIT -1 OFFSET {done}";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        for (var more = true; more;)
        {
            var batch = 0;
            await using var writer = await to.BeginBinaryImportAsync(
                $"COPY {table.Name} ({table.ColumnList}) FROM STDIN (FORMAT BINARY)", cancellationToken);
            while (batch < Batch && (more = await rows.ReadAsync(cancellationToken)))
            {
                await writer.StartRowAsync(cancellationToken);
                for (var i = 0; i < table.Columns.Count; i++)
                {
                    if (RowValue.Of(rows.GetValue(i), table.Columns[i].Type) is { } value)
                    {
                        await writer.WriteAsync(value, RowValue.TypeOf(table.Columns[i].Type), cancellationToken);
                    }
                    else
                    {
                        await writer.WriteNullAsync(cancellationToken);
                    }
                }

                batch++;
            }

            // What is not completed is not there: the batch is one transaction.
            await writer.CompleteAsync(cancellationToken);
            arrived(done += batch);
        }
    }

    private static async Task<CopiedTable> CompareAsync(
        DbConnection from, DbConnection to, TableShape table, CancellationToken cancellationToken)
    {
        var sent = await HashAsync(from, table, cancellationToken);
        var arrived = await HashAsync(to, table, cancellationToken);
        return sent == arrived ? arrived : throw new TrendingMailException(
            $"The table {table.Name} is not the same: {sent.Rows} rows were sent and {arrived.Rows} are there, or their values differ. " +
            "Was the new database in use already? Begin anew with an empty one; the old one is as it was.");
    }

    private static async Task<CopiedTable> HashAsync(DbConnection connection, TableShape table, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = table.RowsSql;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        for (; await rows.ReadAsync(cancellationToken); count++)
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(RowValue.ToText(RowValue.Of(rows.GetValue(i), table.Columns[i].Type))));
            }
        }

        return new CopiedTable(table.Name, count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>New rows get numbers behind all that were ever given, also to rows that are gone.</summary>
    private static async Task NumberOnAsync(DbConnection from, NpgsqlConnection to, TableShape table)
    {
        var highest = await from.QuerySingleAsync<long>($"""
            SELECT MAX(COALESCE((SELECT MAX({table.Identity}) FROM {table.Name}), 0),
                COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table.Name}'), 0))
            """);
        if (highest > 0)
        {
            await to.ExecuteAsync($"SELECT setval(pg_get_serial_sequence('{table.Name}', '{table.Identity}'), {highest})");
        }
    }
}
