using System.Buffers;
using System.Text.Encodings.Web;

namespace TrendingMail.Rendering.Variants;

/// <summary>One reader's values for the slots of a variant, as the parts write them. Made to be used again and again.</summary>
public sealed class SlotValues : IDisposable
{
    /// <summary>Of one byte of UTF-8: <c>&amp;quot;</c>.</summary>
    private const int LongestEscape = 6;

    private static readonly HtmlEncoder Html = HtmlTemplateContext.Encoder;

    /// <summary>
    /// What would not stay inside its slot: line ends, which are made the same over a whole text, and halves of
    /// characters, which may join with what stands beside.
    /// </summary>
    private static readonly SearchValues<char> Joining = SearchValues.Create(
        ['\r', '\n', '\f', '\u0085', '\u2028', '\u2029', .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    private readonly WireBuffer bytes = new(2 << 10);

    private readonly Value[] values;

    /// <param name="slots">How many there are.</param>
    public SlotValues(int slots) => values = new Value[slots];

    /// <summary>Begins with another reader.</summary>
    public void Clear() => bytes.Truncate(0);

    /// <returns>False where this value needs a run of the templates of its own, because it would not stay in its slot.</returns>
    public bool TrySet(int slot, ReadOnlySpan<char> value)
    {
        if (value.ContainsAny(Joining) && !IsWhole(value))
        {
            return false;
        }

        var start = bytes.Length;
        bytes.Append(value);
        var text = (start, bytes.Length - start);
        var html = AppendEncoded(text);
        values[slot] = new Value(text, html, html == text && QuotedPrintable.IsSteady(Bytes(text)));
        return true;
    }

    internal ReadOnlySpan<byte> Text(int slot) => Bytes(values[slot].Text);

    internal ReadOnlySpan<byte> EncodedHtml(int slot) => Bytes(values[slot].Html);

    /// <summary>The length of a value that is the same in each part, and each of whose bytes stands for itself; else -1.</summary>
    internal int SteadyLength(int slot) => values[slot].IsSteady ? values[slot].Text.Length : -1;

    public void Dispose() => bytes.Dispose();

    private ReadOnlySpan<byte> Bytes((int Start, int Length) place) => bytes.Written.Slice(place.Start, place.Length);

    /// <returns>Where the value stands as HTML; where it stands as text if that is the same.</returns>
    private (int Start, int Length) AppendEncoded((int Start, int Length) plain)
    {
        var start = bytes.Length;
        var room = bytes.Room(plain.Length * LongestEscape);
        var value = Bytes(plain);
        Html.EncodeUtf8(value, room, out _, out var length);
        if (room[..length].SequenceEqual(value))
        {
            return plain;
        }

        bytes.Advance(length);
        return (start, length);
    }

    /// <summary>Whether all that is wrong with it is that it has characters of two halves.</summary>
    private static bool IsWhole(ReadOnlySpan<char> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (Joining.Contains(value[i]))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Value((int Start, int Length) Text, (int Start, int Length) Html, bool IsSteady);
}
