using System.Text;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// Whole lines of a MIME part. Lines without placeholders are encoded once; other lines once for each combination of
/// value lengths, or for each subscriber. Always whole lines, because quoted-printable carries no state across a line
/// break.
/// </summary>
internal sealed class Block
{
    /// <summary>The encoded lines, if they have no placeholders.</summary>
    private readonly byte[] encodedLines = [];

    /// <summary>The UTF-8 text before, between and after the placeholders.</summary>
    private readonly byte[][] literals = [];

    private readonly int[] placeholders;

    private readonly bool isHtml;

    /// <summary>False for the end of a text without a final line break.</summary>
    private readonly bool endsWithNewline = true;

    private volatile PlaceholderLayout? layout;

    private volatile bool isLayoutKnown;

    /// <param name="text">Without CR; placeholders are markers.</param>
    public Block(string text, bool isHtml)
    {
        this.isHtml = isHtml;
        endsWithNewline = text.EndsWith('\n');
        (literals, placeholders) = Parse(text);
        if (placeholders.Length > 0)
        {
            return;
        }

        using var encoded = new WireBuffer(text.Length * 2);
        Encode(_ => [], encoded);
        encodedLines = encoded.Written.ToArray();
        literals = [];
    }

    /// <param name="encodedLines">Whole lines that are already encoded.</param>
    public Block(ReadOnlySpan<byte> encodedLines)
    {
        placeholders = [];
        this.encodedLines = encodedLines.ToArray();
    }

    /// <summary>The approximate memory use in bytes.</summary>
    public int EstimatedBytes => 200 + encodedLines.Length +
        (placeholders.Length == 0 ? 0 : 2 * literals.Sum(literal => literal.Length) + (150 * placeholders.Length));

    public void Write(PlaceholderValues values, WireBuffer output)
    {
        if (placeholders.Length == 0)
        {
            output.Append(encodedLines);
        }
        else if (FindLayout(values) is { } placeholderLayout)
        {
            placeholderLayout.Write(values, output);
        }
        else
        {
            EncodeValues(values, output);
        }
    }

    /// <param name="value">Returns the value of the placeholder at a position.</param>
    public void Encode(ValueAt value, WireBuffer output)
    {
        var encoder = new QuotedPrintable(output);
        for (var i = 0; i < literals.Length; i++)
        {
            encoder.Write(literals[i]);
            if (i < placeholders.Length)
            {
                encoder.Write(value(i));
            }
        }

        if (!endsWithNewline)
        {
            encoder.End();
        }
    }

    // A separate method, because otherwise the closure would be allocated for each block and subscriber.
    private void EncodeValues(PlaceholderValues values, WireBuffer output) =>
        Encode(i => isHtml ? values.EncodedHtml(placeholders[i]) : values.Text(placeholders[i]), output);

    /// <summary>The layout if it fits the lengths of these values. It is made from the first values.</summary>
    private PlaceholderLayout? FindLayout(PlaceholderValues values)
    {
        if (!isLayoutKnown)
        {
            layout = PlaceholderLayout.TryCreate(this, placeholders, values);
            isLayoutKnown = true;
        }

        return layout is { } known && known.Fits(placeholders, values) ? known : null;
    }

    private static (byte[][] Literals, int[] Placeholders) Parse(string text)
    {
        var literals = new List<byte[]>();
        var placeholders = new List<int>();
        var start = 0;
        while (PlaceholderRecorder.FindNext(text, start) is (var markerStart and >= 0, var placeholder))
        {
            literals.Add(Encoding.UTF8.GetBytes(text[start..markerStart]));
            placeholders.Add(placeholder);
            start = markerStart + PlaceholderRecorder.MarkerLength;
        }

        literals.Add(Encoding.UTF8.GetBytes(text[start..]));
        return ([.. literals], [.. placeholders]);
    }

    internal delegate ReadOnlySpan<byte> ValueAt(int position);
}
