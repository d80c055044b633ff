using Dapper;
using Npgsql;

namespace TrendingMail.Storage.Copying;

/// <summary>A table's definition in PostgreSQL: what to copy, and in which order.</summary>
/// <param name="Columns">Names and types, without generated columns.</param>
/// <param name="KeyColumns">The columns of the primary key, or all columns if there is none.</param>
/// <param name="ReferencedTables">The tables referenced by foreign keys; may include the table itself.</param>
/// <param name="SelfReference">The foreign-key column that references the table itself, if any.</param>
/// <param name="IdentityColumn">The identity column, if any.</param>
internal sealed record TableDefinition(
    string Name, IReadOnlyList<(string Name, string Type)> Columns, IReadOnlyList<string> KeyColumns,
    IReadOnlyList<string> ReferencedTables,
    string? SelfReference, string? IdentityColumn)
{
    /// <summary>Returns the same rows in the same order in both engines, referenced rows first.</summary>
    public string SelectSql => $"""
        SELECT {ColumnList}
        FROM {Name}
        ORDER BY {(SelfReference is null ? "" : $"CASE WHEN {SelfReference} IS NULL THEN 0 ELSE 1 END, ")}{string.Join(
            ", ", KeyColumns.Select(column => $"{column} NULLS FIRST"))}
        """;

    public string ColumnList => string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>All application tables in dependency order: each after the tables it references.</summary>
    public static async Task<IReadOnlyList<TableDefinition>> ReadAllAsync(NpgsqlConnection connection)
    {
        var columns = (await connection.QueryAsync<ColumnRow>("""
            SELECT table_name, column_name, data_type,
                pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL AS is_identity
            FROM information_schema.columns
            JOIN pg_class c ON c.oid = quote_ident(table_name)::regclass AND NOT c.relispartition
            WHERE table_schema = current_schema() AND is_generated = 'NEVER'
              AND table_name <> 'schema_versions' AND table_name NOT LIKE 'qrtz\_%'
            ORDER BY table_name, ordinal_position
            """)).ToLookup(row => row.TableName);
        var keys = (await connection.QueryAsync<KeyRow>("""
            SELECT i.indrelid::regclass::text AS table_name, a.attname AS column_name
            FROM pg_index i
            CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
            WHERE i.indisprimary
            ORDER BY 1, k.place
            """)).ToLookup(row => row.TableName, row => row.ColumnName);
        var parents = (await connection.QueryAsync<ParentRow>("""
            SELECT c.conrelid::regclass::text AS table_name, c.confrelid::regclass::text AS parent,
                a.attname AS column_name
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
            """)).ToLookup(row => row.TableName);
        var remaining = columns.Select(table => new TableDefinition(
            table.Key,
            [.. table.Select(column => (column.ColumnName, column.DataType))],
            keys.Contains(table.Key) ? [.. keys[table.Key]] : [.. table.Select(column => column.ColumnName)],
            [.. parents[table.Key].Select(row => row.Parent)],
            parents[table.Key].FirstOrDefault(row => row.Parent == table.Key)?.ColumnName,
            table.FirstOrDefault(column => column.IsIdentity)?.ColumnName)).ToList();
        var sorted = new List<TableDefinition>();
        while (remaining.Count > 0)
        {
            var ready = remaining.Where(definition => definition.ReferencedTables.All(
                parent => parent == definition.Name ||
                sorted.Any(sortedTable => sortedTable.Name == parent))).ToArray();
            sorted.AddRange(ready);
            remaining = [.. remaining.Except(ready)];
        }

        return sorted;
    }

    private sealed record ColumnRow
    {
        public required string TableName { get; init; }

        public required string ColumnName { get; init; }

        public required string DataType { get; init; }

        public required bool IsIdentity { get; init; }
    }

    private sealed record KeyRow
    {
        public required string TableName { get; init; }

        public required string ColumnName { get; init; }
    }

    private sealed record ParentRow
    {
        public required string TableName { get; init; }

        public required string Parent { get; init; }

        public required string ColumnName { get; init; }
    }
}
