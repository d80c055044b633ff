using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrendingMail.Papers;

/// <summary>The version of a field's value: who reported it and when. The greater of two versions wins.</summary>
/// <param name="Authority">
/// Precedence of the source for fields written by the paper's authors: arXiv, the original, beats sources that copy
/// from it, and a later arXiv version beats an earlier one. 0 for all other fields.
/// </param>
/// <param name="Timestamp">When the value was valid, in milliseconds since the Unix epoch.</param>
/// <param name="Votes">
/// Votes plus comments of the same report: of two reports with the same timestamp, the one with more is the later one.
/// </param>
[JsonConverter(typeof(Converter))]
public readonly record struct FieldVersion(int Authority, long Timestamp, int Votes) : IComparable<FieldVersion>
{
    public int CompareTo(FieldVersion other) =>
        (Authority, Timestamp, Votes).CompareTo((other.Authority, other.Timestamp, other.Votes));

    public static bool operator <(FieldVersion left, FieldVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(FieldVersion left, FieldVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(FieldVersion left, FieldVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FieldVersion left, FieldVersion right) => left.CompareTo(right) >= 0;

    private sealed class Converter : JsonConverter<FieldVersion>
    {
        public override FieldVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = reader.GetString()!.Split(' ');
            return new FieldVersion(
                int.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                int.Parse(parts[2], CultureInfo.InvariantCulture));
        }

        public override void Write(Utf8JsonWriter writer, FieldVersion value, JsonSerializerOptions options) =>
            writer.WriteStringValue(string.Create(
                CultureInfo.InvariantCulture, $"{value.Authority} {value.Timestamp} {value.Votes}"));
    }
}
