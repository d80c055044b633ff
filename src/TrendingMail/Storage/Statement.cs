using System.Data.Common;

namespace TrendingMail.Storage;

/// <summary>
/// A statement that is prepared once and run many times in one session, for work on very many rows. Values are given as columns
/// hold them (see <see cref="ColumnTypes"/>), in the order of the names.
/// </summary>
public sealed class Statement : IDisposable
{
    private readonly DbCommand command;
    private readonly CancellationToken cancellationToken;

    internal Statement(DbCommand command, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        this.command = command;
        this.cancellationToken = cancellationToken;
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Runs it and returns the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(params object?[] values)
    {
        Bind(values);
        return command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first row's columns, or null where there is none.</summary>
    public async Task<object?[]?> FirstAsync(params object?[] values)
    {
        Bind(values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = await reader.IsDBNullAsync(i, cancellationToken) ? null : reader.GetValue(i);
        }

        return row;
    }

    public void Dispose() => command.Dispose();

    private void Bind(object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
