using System.Globalization;
using NpgsqlTypes;

namespace TrendingMail.Storage.Copying;

/// <summary>A value on its way from a column of SQLite to one of PostgreSQL.</summary>
internal static class RowValue
{
    /// <param name="type">As <c>information_schema</c> names it.</param>
    /// <exception cref="TrendingMailException">The value is not of the column's type.</exception>
    public static object? Of(object value, string type) => (value, type) switch
    {
        (DBNull, _) => null,
        (long number, "bigint") => number,
        (long number, "boolean") => number != 0,
        (bool known, "boolean") => known,
        (double number, "double precision") => number,
        (long number, "double precision") => (double)number,
        (string text, "text") => ColumnTypes.TextOf(text),
        _ => throw new TrendingMailException($"A {value.GetType().Name} stands where PostgreSQL has a {type}."),
    };

    public static NpgsqlDbType TypeOf(string type) => type switch
    {
        "bigint" => NpgsqlDbType.Bigint,
        "boolean" => NpgsqlDbType.Boolean,
        "double precision" => NpgsqlDbType.Double,
        "text" => NpgsqlDbType.Text,
        _ => throw new NotSupportedException($"No column of ours is a {type}."),
    };

    /// <summary>The value as it is compared, told apart from every other: with its kind and length before it.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "-",
        string text => $"t{text.Length}:{text}",
        bool known => known ? "b1" : "b0",
        double number => string.Create(CultureInfo.InvariantCulture, $"d{number:R};"),
        _ => string.Create(CultureInfo.InvariantCulture, $"i{value};"),
    };
}
