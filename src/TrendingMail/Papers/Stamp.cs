using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrendingMail.Papers;

/// <summary>How old a fact is and whose it is. The greater of two wins.</summary>
/// <param name="Authority">
/// For what a paper's authors wrote: arXiv, where they wrote it, before those who copy it, and there a later version
/// before an earlier one. For the rest always 0.
/// </param>
/// <param name="At">Milliseconds since 1970 UTC: when the fact was so.</param>
/// <param name="Votes">
/// Votes and comments of the same report: of two answers about one day, the one with more of them is the later one.
/// </param>
[JsonConverter(typeof(StampConverter))]
public readonly record struct Stamp(int Authority, long At, int Votes) : IComparable<Stamp>
{
    public int CompareTo(Stamp other) =>
        (Authority, At, Votes).CompareTo((other.Authority, other.At, other.Votes));

    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;

    private sealed class StampConverter : JsonConverter<Stamp>
    {
        public override Stamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = reader.GetString()!.Split(' ');
            return new Stamp(
                int.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                int.Parse(parts[2], CultureInfo.InvariantCulture));
        }

        public override void Write(Utf8JsonWriter writer, Stamp value, JsonSerializerOptions options) =>
            writer.WriteStringValue(string.Create(
                CultureInfo.InvariantCulture, $"{value.Authority} {value.At} {value.Votes}"));
    }
}
