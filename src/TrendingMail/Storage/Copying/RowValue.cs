using System.Globalization;
using NpgsqlTypes;

namespace TrendingMail.Storage.Copying;

/// <summary>Converts values from SQLite columns to PostgreSQL columns.</summary>
internal static class RowValue
{
    /// <param name="type">The type's name in <c>information_schema</c>.</param>
    /// <exception cref="TrendingMailException">The value does not fit the column's type.</exception>
    public static object? Convert(object value, string type) => (value, type) switch
    {
        (DBNull, _) => null,
        (long number, "bigint") => number,
        (long number, "boolean") => number != 0,
        (bool flag, "boolean") => flag,
        (double number, "double precision") => number,
        (long number, "double precision") => (double)number,
        (string text, "text") => ColumnTypes.ReplaceNul(text),
        _ => throw new TrendingMailException(
            $"A {value.GetType().Name} value does not fit a PostgreSQL column of type {type}."),
    };

    public static NpgsqlDbType ToNpgsqlType(string type) => type switch
    {
        "bigint" => NpgsqlDbType.Bigint,
        "boolean" => NpgsqlDbType.Boolean,
        "double precision" => NpgsqlDbType.Double,
        "text" => NpgsqlDbType.Text,
        _ => throw new NotSupportedException($"Columns of type {type} are not supported."),
    };

    /// <summary>An unambiguous text form for hashing: type and length come first.</summary>
    public static string ToHashText(object? value) => value switch
    {
        null => "-",
        string text => $"t{text.Length}:{text}",
        bool flag => flag ? "b1" : "b0",
        double number => string.Create(CultureInfo.InvariantCulture, $"d{number:R};"),
        _ => string.Create(CultureInfo.InvariantCulture, $"i{value};"),
    };
}
