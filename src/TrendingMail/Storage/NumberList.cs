using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace TrendingMail.Storage;

/// <summary>Whole numbers as one parameter, however many: what <see cref="IDialect.NumbersSql"/> reads.</summary>
public sealed class NumberList(IEnumerable<long> numbers) : SqlMapper.ICustomQueryParameter
{
    public void AddParameter(IDbCommand command, string name) =>
        Add(command, name, command is NpgsqlCommand ? numbers.ToArray() : null, numbers);

    /// <param name="array">For an engine that has arrays.</param>
    /// <param name="json">For the others.</param>
    internal static void Add(IDbCommand command, string name, long[]? array, object json)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = array ?? (object)JsonSerializer.Serialize(json);
        command.Parameters.Add(parameter);
    }
}

/// <summary>Pairs of whole numbers as one parameter, however many: what <see cref="IDialect.PairsSql"/> reads.</summary>
public sealed class NumberPairs(IEnumerable<(long Id, long Number)> pairs) : SqlMapper.ICustomQueryParameter
{
    public void AddParameter(IDbCommand command, string name)
    {
        var numbers = pairs.SelectMany(pair => (long[])[pair.Id, pair.Number]).ToArray();
        NumberList.Add(command, name, command is NpgsqlCommand ? numbers : null, numbers.Chunk(2));
    }
}
