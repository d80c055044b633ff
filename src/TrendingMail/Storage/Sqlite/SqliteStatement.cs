using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TrendingMail.Storage.Sqlite;

/// <summary>
/// A statement on SQLite's native API. An ADO.NET command looks up each parameter by name and creates a data reader at
/// each execution, which takes several times as long as the insert itself.
/// </summary>
internal sealed class SqliteStatement : Statement
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly int[] parameterIndexes;
    private readonly object?[] boundValues;
    private bool hasBoundValues;

    public SqliteStatement(SqliteConnection connection, string sql, IReadOnlyList<string> names)
    {
        this.connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(this.connection, sql, out statement));
        boundValues = new object?[names.Count];
        parameterIndexes = [.. names.Select(name => raw.sqlite3_bind_parameter_index(statement, name))];
        if (parameterIndexes.Contains(0) || raw.sqlite3_bind_parameter_count(statement) != parameterIndexes.Length)
        {
            throw new ArgumentException(
                $"The statement's parameters differ from {string.Join(", ", names)}.", nameof(names));
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

        // RETURNING would create and drop a temporary table for each row.
        return Task.FromResult(
            raw.sqlite3_changes(connection) == 0 ? (long?)null : raw.sqlite3_last_insert_rowid(connection));
    }

    public override Task<object?[]?> FirstAsync(params object?[] values)
    {
        Bind(values);
        return Task.FromResult(Run());
    }

    /// <summary>
    /// Bindings persist between executions, so values equal to the previous row's are not bound again.
    /// </summary>
    private void Bind(object?[] values)
    {
        for (var i = 0; i < parameterIndexes.Length; i++)
        {
            if (!hasBoundValues || !Equals(values[i], boundValues[i]))
            {
                Bind(parameterIndexes[i], values[i]);
                boundValues[i] = values[i];
            }
        }

        hasBoundValues = true;
    }

    private void Bind(int index, object? value)
    {
        switch (value)
        {
            case null:
                Check(raw.sqlite3_bind_null(statement, index));
                break;
            case long number:
                Check(raw.sqlite3_bind_int64(statement, index, number));
                break;
            case double number:
                Check(raw.sqlite3_bind_double(statement, index, number));
                break;
            case string text when text.Contains('\0', StringComparison.Ordinal):
                Bind(index, ColumnTypes.ReplaceNul(text));
                break;
            case string { Length: <= 256 } text:
                Span<byte> bytes = stackalloc byte[3 * 256];
                Check(raw.sqlite3_bind_text(statement, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
                break;
            case string text:
                Check(raw.sqlite3_bind_text(statement, index, text));
                break;
            default:
                throw new ArgumentException($"A column cannot hold a {value.GetType()}.", nameof(value));
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

                first ??= ReadRow();
            }

            return first;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    protected override void Dispose(bool disposing) => statement.Dispose();

    private object?[] ReadRow()
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
