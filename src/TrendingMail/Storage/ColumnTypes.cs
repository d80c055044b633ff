using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;

namespace TrendingMail.Storage;

/// <summary>
/// How values stand in columns, alike in every engine: an instant as milliseconds since 1970-01-01 UTC (columns that
/// end in <c>_at</c>), a date as <c>yyyy-MM-dd</c> and a time of day as <c>HH:mm</c> text, a list of strings as a JSON
/// array, an enumeration as its name in snake case. Text holds no U+0000; U+FFFD stands in its place.
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

    /// <summary>
    /// The text as a column holds it: U+0000, which comes in mails and papers now and then, is no part of PostgreSQL's text, and
    /// becomes U+FFFD.
    /// </summary>
    internal static string TextOf(string text) => text.Replace('\0', '\uFFFD');

    internal static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;

        // Dapper's own mapping of these types would win over the handlers.
        foreach (var type in (Type[])
            [
                typeof(DateTimeOffset), typeof(DateTimeOffset?), typeof(DateOnly), typeof(DateOnly?), typeof(TimeOnly), typeof(TimeOnly?),
                typeof(string),
            ])
        {
            SqlMapper.RemoveTypeMap(type);
        }

        SqlMapper.AddTypeHandler(typeof(DateTimeOffset), new InstantHandler());
        SqlMapper.AddTypeHandler(typeof(DateOnly), new DateHandler());
        SqlMapper.AddTypeHandler(typeof(TimeOnly), new TimeHandler());
        SqlMapper.AddTypeHandler(new StringListHandler());
        SqlMapper.AddTypeHandler(typeof(string), new TextHandler());
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

    /// <summary>Dapper's own base class would ask for the value of a lone column that is null.</summary>
    private abstract class ColumnHandler<T> : SqlMapper.ITypeHandler
        where T : notnull
    {
        public object? Parse(Type destinationType, object value) => value is DBNull ? null : Parse(value);

        /// <summary>With its type also where it is null: PostgreSQL asks for it in an expression.</summary>
        public void SetValue(IDbDataParameter parameter, object value)
        {
            parameter.DbType = Type;
            parameter.Value = value is T known ? ToColumn(known) : DBNull.Value;
        }

        protected abstract DbType Type { get; }

        protected abstract T Parse(object value);

        protected abstract object ToColumn(T value);
    }

    private sealed class InstantHandler : ColumnHandler<DateTimeOffset>
    {
        protected override DbType Type => DbType.Int64;

        protected override DateTimeOffset Parse(object value) =>
            DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(value, CultureInfo.InvariantCulture));

        protected override object ToColumn(DateTimeOffset value) => value.ToUnixTimeMilliseconds();
    }

    private sealed class DateHandler : ColumnHandler<DateOnly>
    {
        protected override DbType Type => DbType.String;

        protected override DateOnly Parse(object value) =>
            DateOnly.ParseExact((string)value, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        protected override object ToColumn(DateOnly value) => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private sealed class TimeHandler : ColumnHandler<TimeOnly>
    {
        protected override DbType Type => DbType.String;

        protected override TimeOnly Parse(object value) =>
            TimeOnly.ParseExact((string)value, "HH:mm", CultureInfo.InvariantCulture);

        protected override object ToColumn(TimeOnly value) => value.ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    private sealed class TextHandler : ColumnHandler<string>
    {
        protected override DbType Type => DbType.String;

        protected override string Parse(object value) => (string)value;

        protected override object ToColumn(string value) => TextOf(value);
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
