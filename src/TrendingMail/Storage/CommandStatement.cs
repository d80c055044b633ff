using System.Data.Common;
using System.Globalization;

namespace TrendingMail.Storage;

/// <summary>A statement on top of ADO.NET, for engines without a faster interface.</summary>
internal sealed class CommandStatement : Statement
{
    private const string Returning = "\nRETURNING id";

    private readonly DbCommand command;

    public CommandStatement(DbConnection connection, DbTransaction? transaction, string sql, IEnumerable<string> names)
    {
        command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
    }

    public override Task<int> ExecuteAsync(params object?[] values)
    {
        Bind(values);
        return command.ExecuteNonQueryAsync();
    }

    public override async Task<object?[]?> FirstAsync(params object?[] values)
    {
        Bind(values);
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            return null;
        }

        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = await reader.IsDBNullAsync(i) ? null : reader.GetValue(i);
        }

        return row;
    }

    public override async Task<long?> InsertAsync(params object?[] values)
    {
        if (!command.CommandText.EndsWith(Returning, StringComparison.Ordinal))
        {
            command.CommandText += Returning;
        }

        return (await FirstAsync(values))?[0] is { } id ? Convert.ToInt64(id, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Converts a column value to an ADO.NET parameter value.</summary>
    internal static object ToParameterValue(object? value) =>
        value is string text ? ColumnTypes.ReplaceNul(text) : value ?? DBNull.Value;

    protected override void Dispose(bool disposing) => command.Dispose();

    private void Bind(object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = ToParameterValue(values[i]);
        }
    }
}
