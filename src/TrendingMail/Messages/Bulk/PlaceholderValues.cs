using System.Buffers;
using System.Text.Encodings.Web;
using TrendingMail.Messages.Mime;
using TrendingMail.Templates;

namespace TrendingMail.Messages.Bulk;

/// <summary>One subscriber's values for the placeholders of a variant, as plain text and as HTML. Reusable.</summary>
internal sealed class PlaceholderValues : IDisposable
{
    /// <summary>The longest HTML escape of one UTF-8 byte: <c>&amp;quot;</c>.</summary>
    private const int LongestEscape = 6;

    private static readonly HtmlEncoder Html = HtmlTemplateContext.Encoder;

    /// <summary>
    /// Characters that interact with the surrounding text: line breaks, which are normalized in the text as a whole,
    /// and surrogates, which may pair with a neighbor.
    /// </summary>
    private static readonly SearchValues<char> Interacting = SearchValues.Create(
        ['\r', '\n', '\f', '\u0085', '\u2028', '\u2029', .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    private readonly WireBuffer bytes = new(2 << 10);

    private readonly Value[] values;

    /// <param name="placeholders">The number of placeholders.</param>
    public PlaceholderValues(int placeholders) => values = new Value[placeholders];

    /// <summary>Clears the values for the next subscriber.</summary>
    public void Clear() => bytes.Truncate(0);

    /// <returns>
    /// False if the value would affect the surrounding text, so that the message must be rendered individually.
    /// </returns>
    public bool TrySet(int placeholder, ReadOnlySpan<char> value)
    {
        if (value.ContainsAny(Interacting) && !HasOnlyPairedSurrogates(value))
        {
            return false;
        }

        var start = bytes.Length;
        bytes.Append(value);
        var text = (start, bytes.Length - start);
        var html = AppendHtml(text);
        values[placeholder] = new Value(text, html, html == text && QuotedPrintable.IsAlwaysLiteral(Bytes(text)));
        return true;
    }

    internal ReadOnlySpan<byte> Text(int placeholder) => Bytes(values[placeholder].Text);

    internal ReadOnlySpan<byte> EncodedHtml(int placeholder) => Bytes(values[placeholder].Html);

    /// <summary>The length of a value that is the same in all parts and represented literally; otherwise -1.</summary>
    internal int LiteralLength(int placeholder) => values[placeholder].IsLiteral ? values[placeholder].Text.Length : -1;

    public void Dispose() => bytes.Dispose();

    private ReadOnlySpan<byte> Bytes((int Start, int Length) range) => bytes.Written.Slice(range.Start, range.Length);

    /// <returns>The range of the value as HTML; the range of the plain text if both are the same.</returns>
    private (int Start, int Length) AppendHtml((int Start, int Length) plain)
    {
        var start = bytes.Length;
        var buffer = bytes.GetSpan(plain.Length * LongestEscape);
        var value = Bytes(plain);
        Html.EncodeUtf8(value, buffer, out _, out var length);
        if (buffer[..length].SequenceEqual(value))
        {
            return plain;
        }

        bytes.Advance(length);
        return (start, length);
    }

    /// <summary>Whether all surrogates in a value are paired and it has no line breaks.</summary>
    private static bool HasOnlyPairedSurrogates(ReadOnlySpan<char> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (Interacting.Contains(value[i]))
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Value((int Start, int Length) Text, (int Start, int Length) Html, bool IsLiteral);
}
