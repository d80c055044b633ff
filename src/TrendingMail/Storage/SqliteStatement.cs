using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TrendingMail.Storage;

/// <summary>
/// A statement on SQLite's own interface: a command of ADO.NET looks each parameter up by its name at each run and makes a reader
/// for each row, which takes several times as long as the insert itself.
/// </summary>
internal sealed class SqliteStatement : Statement
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly int[] places;
    private readonly object?[] bound;
    private bool isBound;

    public SqliteStatement(SqliteConnection connection, string sql, IReadOnlyList<string> names)
    {
        this.connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(this.connection, sql, out statement));
        bound = new object?[names.Count];
        places = [.. names.Select(name => raw.sqlite3_bind_parameter_index(statement, name))];
        if (places.Contains(0) || raw.sqlite3_bind_parameter_count(statement) != places.Length)
        {
            throw new ArgumentException($"The statement's parameters are not {string.Join(", ", names)}.", nameof(names));
        }
    }

    public override Task<int> ExecuteAsync(params object?[] values)
    {
        Bind(values);
        Run();
        return Task.FromResult(raw.sqlite3_changes(connection));
    }

    public override Task<long?> InsertAsync(params object?[] values)
    {
        Bind(values);
        Run();

        // RETURNING would make and drop a table for each row.
        return Task.FromResult(raw.sqlite3_changes(connection) == 0 ? (long?)null : raw.sqlite3_last_insert_rowid(connection));
    }

    public override Task<object?[]?> FirstAsync(params object?[] values)
    {
        Bind(values);
        return Task.FromResult(Run());
    }

    /// <summary>What is bound stays bound from run to run, and in long lists many columns hold the same row after row.</summary>
    private void Bind(object?[] values)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (!isBound || !Equals(values[i], bound[i]))
            {
                Bind(places[i], values[i]);
                bound[i] = values[i];
            }
        }

        isBound = true;
    }

    private void Bind(int place, object? value)
    {
        switch (value)
        {
            case null:
                Check(raw.sqlite3_bind_null(statement, place));
                break;
            case long number:
                Check(raw.sqlite3_bind_int64(statement, place, number));
                break;
            case double number:
                Check(raw.sqlite3_bind_double(statement, place, number));
                break;
            case string text when text.Contains('\0', StringComparison.Ordinal):
                Bind(place, ColumnTypes.TextOf(text));
                break;
            case string { Length: <= 256 } text:
                Span<byte> bytes = stackalloc byte[3 * 256];
                Check(raw.sqlite3_bind_text(statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
                break;
            case string text:
                Check(raw.sqlite3_bind_text(statement, place, text));
                break;
            default:
                throw new ArgumentException($"A column holds no {value.GetType()}.", nameof(value));
        }
    }

    /// <returns>The first row.</returns>
    private object?[]? Run()
    {
        try
        {
            object?[]? first = null;
            for (int result; (result = raw.sqlite3_step(statement)) != raw.SQLITE_DONE;)
            {
                if (result != raw.SQLITE_ROW)
                {
                    Check(result);
                }

                first ??= Row();
            }

            return first;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    protected override void Dispose(bool disposing) => statement.Dispose();

    private object?[] Row()
    {
        var row = new object?[raw.sqlite3_column_count(statement)];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = raw.sqlite3_column_type(statement, i) switch
            {
                raw.SQLITE_NULL => null,
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, i),
                raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, i),
                _ => raw.sqlite3_column_text(statement, i).utf8_to_string(),
            };
        }

        return row;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection);
}
