using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;

namespace TrendingMail.Storage;

/// <summary>
/// How values stand in columns, alike in every engine: an instant as milliseconds since 1970-01-01 UTC (columns that
/// end in <c>_at</c>), a date as <c>yyyy-MM-dd</c> and a time of day as <c>HH:mm</c> text, a list of strings as a JSON
/// array, an enumeration as its name in snake case.
/// </summary>
public static class ColumnTypes
{
    /// <summary>The text that stands for an enumeration's value in a column and in JSON.</summary>
    public static string ToColumn<T>(this T value)
        where T : struct, Enum => Names<T>.Of(value);

    /// <summary>The enumeration's value for which a column's text stands. (Dapper reads those of one word by itself.)</summary>
    /// <exception cref="ArgumentException">It stands for none.</exception>
    public static T FromColumn<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    internal static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;

        // Dapper's own mapping of these types would win over the handlers.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.RemoveTypeMap(typeof(TimeOnly));
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new DateHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new StringListHandler());
    }

    /// <summary>The names of an enumeration's values, made once: an import needs them for each row.</summary>
    private static class Names<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> All = Enum.GetValues<T>().Distinct().ToDictionary(
            value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static string Of(T value) =>
            All.TryGetValue(value, out var name) ? name : JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) =>
            DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(value, CultureInfo.InvariantCulture));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = value.ToUnixTimeMilliseconds();
        }
    }

    private sealed class DateHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) =>
            DateOnly.ParseExact((string)value, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<TimeOnly>
    {
        public override TimeOnly Parse(object value) =>
            TimeOnly.ParseExact((string)value, "HH:mm", CultureInfo.InvariantCulture);

        public override void SetValue(IDbDataParameter parameter, TimeOnly value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value.ToString("HH:mm", CultureInfo.InvariantCulture);
        }
    }

    private sealed class StringListHandler : SqlMapper.TypeHandler<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Parse(object value) =>
            JsonSerializer.Deserialize<string[]>((string)value) ?? [];

        public override void SetValue(IDbDataParameter parameter, IReadOnlyList<string>? value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = JsonSerializer.Serialize(value ?? []);
        }
    }
}
