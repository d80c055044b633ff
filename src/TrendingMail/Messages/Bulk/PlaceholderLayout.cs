using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// Encoded lines with spans to fill in for the placeholders. As long as all bytes of the values are represented
/// literally, their positions depend on the lengths of the values only: for subscribers with values of the same
/// lengths, encoding is copying.
/// </summary>
/// <param name="Lengths">The value length of each placeholder, in order of position.</param>
internal sealed record PlaceholderLayout(int[] Lengths, byte[] Bytes, PlaceholderSpan[] Spans)
{
    /// <returns>Null if a value is not represented literally.</returns>
    public static PlaceholderLayout? TryCreate(Block block, ReadOnlySpan<int> placeholders, PlaceholderValues values)
    {
        var lengths = new int[placeholders.Length];
        for (var i = 0; i < placeholders.Length; i++)
        {
            lengths[i] = values.LiteralLength(placeholders[i]);
            if (lengths[i] < 0)
            {
                return null;
            }
        }

        // Encode the block with two sets of values that have no byte in common: the differences are the spans.
        using var first = new WireBuffer();
        using var second = new WireBuffer();
        block.Encode(i => CreateFilled(lengths[i], 'a'), first);
        block.Encode(i => CreateFilled(lengths[i], 'b'), second);
        return FindSpans(first.Written, second.Written, placeholders, lengths);
    }

    public bool Fits(ReadOnlySpan<int> placeholders, PlaceholderValues values)
    {
        for (var i = 0; i < placeholders.Length; i++)
        {
            if (values.LiteralLength(placeholders[i]) != Lengths[i])
            {
                return false;
            }
        }

        return true;
    }

    public void Write(PlaceholderValues values, WireBuffer output)
    {
        var destination = output.GetSpan(Bytes.Length);
        Bytes.CopyTo(destination);
        foreach (var span in Spans)
        {
            values.Text(span.Placeholder).Slice(span.ValueOffset, span.Length).CopyTo(destination[span.Position..]);
        }

        output.Advance(Bytes.Length);
    }

    private static PlaceholderLayout? FindSpans(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> placeholders, int[] lengths)
    {
        if (first.Length != second.Length)
        {
            return null;
        }

        var spans = new List<PlaceholderSpan>();
        var at = 0;
        for (var i = 0; i < placeholders.Length; i++)
        {
            for (var offset = 0; offset < lengths[i];)
            {
                at = NextDifference(first, second, at);
                var length = 0;
                while (offset + length < lengths[i] && at + length < first.Length &&
                    first[at + length] != second[at + length])
                {
                    length++;
                }

                if (length == 0)
                {
                    return null;
                }

                spans.Add(new PlaceholderSpan(at, length, placeholders[i], offset));
                at += length;
                offset += length;
            }
        }

        return NextDifference(first, second, at) < first.Length
            ? null : new PlaceholderLayout(lengths, first.ToArray(), [.. spans]);
    }

    private static byte[] CreateFilled(int length, char fill)
    {
        var filled = new byte[length];
        filled.AsSpan().Fill((byte)fill);
        return filled;
    }

    private static int NextDifference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int from) =>
        from + first[from..].CommonPrefixLength(second[from..]);
}

/// <summary>
/// A range of encoded bytes that holds a placeholder's value or, if a soft line break splits it, a part of it.
/// </summary>
/// <param name="Position">The position in the encoded bytes.</param>
/// <param name="ValueOffset">The offset in the placeholder's value.</param>
internal readonly record struct PlaceholderSpan(int Position, int Length, int Placeholder, int ValueOffset);
