using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace TrendingMail.Storage;

/// <summary>Whole numbers as one parameter, however many: what <see cref="IDialect.NumbersSql"/> reads.</summary>
public sealed class NumberList(IEnumerable<long> numbers) : SqlMapper.ICustomQueryParameter
{
    /// <summary>An array for the engine that has such, and JSON for the other.</summary>
    public void AddParameter(IDbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = command is NpgsqlCommand ? numbers.ToArray() : JsonSerializer.Serialize(numbers);
        command.Parameters.Add(parameter);
    }
}
