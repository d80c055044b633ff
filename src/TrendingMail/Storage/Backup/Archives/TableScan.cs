using System.Data.Common;

namespace TrendingMail.Storage.Backup.Archives;

/// <summary>Reads whole tables, to compare them with their copies.</summary>
internal static class TableScan
{
    /// <param name="sql">Selects all rows of the table.</param>
    public static async Task<TableSummary> SummarizeAsync(
        DbConnection connection, string table, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var hash = new RowHash();
        while (await reader.ReadAsync(cancellationToken))
        {
            hash.Add(reader);
        }

        return new TableSummary(table, hash.Rows, hash.ToString());
    }
}
