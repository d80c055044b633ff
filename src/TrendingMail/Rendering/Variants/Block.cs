using System.Text;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// Whole lines of a part. Where no slot stands in them, they are encoded once for all; else once for each shape of values,
/// or for each reader. Whole lines, because quoted-printable carries nothing over from one to the next.
/// </summary>
internal sealed class Block
{
    /// <summary>For lines without slots.</summary>
    private readonly byte[] wire = [];

    /// <summary>UTF-8 before, between and after the slots.</summary>
    private readonly byte[][] literals = [];

    private readonly int[] slots;

    private readonly bool isHtml;

    /// <summary>False for the last line of a text that does not end with a line's end.</summary>
    private readonly bool isEnded = true;

    private volatile SlotLayout? layout;

    private volatile bool hasLooked;

    /// <param name="text">Without CR; slots are marks.</param>
    public Block(string text, bool isHtml)
    {
        this.isHtml = isHtml;
        isEnded = text.EndsWith('\n');
        (literals, slots) = Take(text);
        if (slots.Length > 0)
        {
            return;
        }

        using var encoded = new WireBuffer(text.Length * 2);
        Encode(_ => [], encoded);
        wire = encoded.Written.ToArray();
        literals = [];
    }

    /// <param name="wire">Whole lines that are encoded already.</param>
    public Block(ReadOnlySpan<byte> wire)
    {
        slots = [];
        this.wire = wire.ToArray();
    }

    /// <summary>About how much memory it takes, in bytes.</summary>
    public int Held => 200 + wire.Length +
        (slots.Length == 0 ? 0 : 2 * literals.Sum(literal => literal.Length) + (150 * slots.Length));

    public void Write(SlotValues values, WireBuffer output)
    {
        if (slots.Length == 0)
        {
            output.Append(wire);
        }
        else if (Layout(values) is { } fitting)
        {
            fitting.Write(values, output);
        }
        else
        {
            EncodeWith(values, output);
        }
    }

    /// <param name="value">Gives what stands at a place of a slot.</param>
    public void Encode(ValueOf value, WireBuffer output)
    {
        var encoder = new QuotedPrintable(output);
        for (var i = 0; i < literals.Length; i++)
        {
            encoder.Write(literals[i]);
            if (i < slots.Length)
            {
                encoder.Write(value(i));
            }
        }

        if (!isEnded)
        {
            encoder.End();
        }
    }

    // A method of its own: what its lambda captures would be allocated for each block and reader otherwise.
    private void EncodeWith(SlotValues values, WireBuffer output) =>
        Encode(i => isHtml ? values.EncodedHtml(slots[i]) : values.Text(slots[i]), output);

    /// <summary>The layout for values of these lengths, made when the first ones come.</summary>
    private SlotLayout? Layout(SlotValues values)
    {
        if (!hasLooked)
        {
            layout = SlotLayout.Of(this, slots, values);
            hasLooked = true;
        }

        return layout is { } made && made.Fits(slots, values) ? made : null;
    }

    private static (byte[][] Literals, int[] Slots) Take(string text)
    {
        var literals = new List<byte[]>();
        var slots = new List<int>();
        var start = 0;
        while (SlotRun.Next(text, start) is (var mark and >= 0, var slot))
        {
            literals.Add(Encoding.UTF8.GetBytes(text[start..mark]));
            slots.Add(slot);
            start = mark + SlotRun.MarkLength;
        }

        literals.Add(Encoding.UTF8.GetBytes(text[start..]));
        return ([.. literals], [.. slots]);
    }

    internal delegate ReadOnlySpan<byte> ValueOf(int place);
}
