using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;

namespace TrendingMail.Storage;

/// <summary>
/// How values are stored in columns, the same in every engine: an instant as milliseconds since 1970-01-01 UTC (columns
/// that end in <c>_at</c>), a date as <c>yyyy-MM-dd</c> and a time of day as <c>HH:mm</c> text, a list of strings as a
/// JSON array, an enum as its name in snake case. Text never contains U+0000; U+FFFD replaces it.
/// </summary>
public static class ColumnTypes
{
    /// <summary>The text that represents an enum value in a column and in JSON.</summary>
    public static string ToColumn<T>(this T value)
        where T : struct, Enum => EnumNames<T>.Get(value);

    /// <summary>Parses the column text of an enum value. (Dapper parses single-word names by itself.)</summary>
    /// <exception cref="ArgumentException">The text is not the name of a value.</exception>
    public static T FromColumn<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    /// <summary>
    /// Replaces U+0000 with U+FFFD. Mails and papers occasionally contain U+0000, which PostgreSQL cannot store in
    /// text.
    /// </summary>
    internal static string ReplaceNul(string text) => text.Replace('\0', '\uFFFD');

    internal static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;

        // Dapper's built-in mapping of these types would take precedence over the handlers.
        foreach (var type in (Type[])
            [
                typeof(DateTimeOffset), typeof(DateTimeOffset?), typeof(DateOnly), typeof(DateOnly?),
                typeof(TimeOnly), typeof(TimeOnly?),
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

    /// <summary>The names of an enum's values, computed once: an import needs them for each row.</summary>
    private static class EnumNames<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> All = Enum.GetValues<T>().Distinct().ToDictionary(
            value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static string Get(T value) =>
            All.TryGetValue(value, out var name) ? name : JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
    }

    /// <summary>Unlike Dapper's own base class, accepts null in a single-column result.</summary>
    private abstract class ColumnHandler<T> : SqlMapper.ITypeHandler
        where T : notnull
    {
        public object? Parse(Type destinationType, object value) => value is DBNull ? null : Parse(value);

        /// <summary>
        /// Sets the type for null too: PostgreSQL needs it when the parameter is part of an expression.
        /// </summary>
        public void SetValue(IDbDataParameter parameter, object value)
        {
            parameter.DbType = Type;
            parameter.Value = value is T typed ? ToColumn(typed) : DBNull.Value;
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

        protected override object ToColumn(DateOnly value) =>
            value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
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

        protected override object ToColumn(string value) => ReplaceNul(value);
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
