using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace TrendingMail.Storage;

/// <summary>Any number of integers as a single parameter, for <see cref="IDialect.NumbersSql"/>.</summary>
public sealed class NumberList(IEnumerable<long> numbers) : SqlMapper.ICustomQueryParameter
{
    /// <summary>Passes an array to PostgreSQL and JSON to SQLite.</summary>
    public void AddParameter(IDbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = command is NpgsqlCommand ? numbers.ToArray() : JsonSerializer.Serialize(numbers);
        command.Parameters.Add(parameter);
    }
}
