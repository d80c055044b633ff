using Dapper;
using Npgsql;

namespace TrendingMail.Storage.Copying;

/// <summary>A table as PostgreSQL has it: what is copied of it, and in which order.</summary>
/// <param name="Columns">Names with types, without what the engine works out by itself.</param>
/// <param name="Key">The columns of the primary key, or all where there is none.</param>
/// <param name="Parents">The tables that its rows refer to, itself among them.</param>
/// <param name="OwnParent">The column by which a row refers to another of the same table, if any.</param>
/// <param name="Identity">The column that PostgreSQL numbers, if any.</param>
internal sealed record TableShape(
    string Name, IReadOnlyList<(string Name, string Type)> Columns, IReadOnlyList<string> Key, IReadOnlyList<string> Parents,
    string? OwnParent, string? Identity)
{
    /// <summary>The same rows in the same order in both engines: those that others of the table refer to come first.</summary>
    public string RowsSql => $"""
        SELECT {ColumnList}
        FROM {Name}
        ORDER BY {(OwnParent is null ? "" : $"CASE WHEN {OwnParent} IS NULL THEN 0 ELSE 1 END, ")}{string.Join(", ", Key.Select(column => $"{column} NULLS FIRST"))}
        """;

    public string ColumnList => string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>All tables of ours, each behind those it refers to.</summary>
    public static async Task<IReadOnlyList<TableShape>> ReadAllAsync(NpgsqlConnection connection)
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
            SELECT c.conrelid::regclass::text AS table_name, c.confrelid::regclass::text AS parent, a.attname AS column_name
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
            """)).ToLookup(row => row.TableName);
        var shapes = columns.Select(table => new TableShape(
            table.Key,
            [.. table.Select(column => (column.ColumnName, column.DataType))],
            keys.Contains(table.Key) ? [.. keys[table.Key]] : [.. table.Select(column => column.ColumnName)],
            [.. parents[table.Key].Select(row => row.Parent)],
            parents[table.Key].FirstOrDefault(row => row.Parent == table.Key)?.ColumnName,
            table.FirstOrDefault(column => column.IsIdentity)?.ColumnName)).ToList();
        var sorted = new List<TableShape>();
        while (shapes.Count > 0)
        {
            var ready = shapes.Where(shape => shape.Parents.All(
                parent => parent == shape.Name || sorted.Any(done => done.Name == parent))).ToArray();
            sorted.AddRange(ready);
            shapes = [.. shapes.Except(ready)];
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
