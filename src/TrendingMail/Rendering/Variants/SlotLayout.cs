namespace TrendingMail.Rendering.Variants;

/// <summary>
/// Encoded lines with holes where slots stand. Which byte of a value goes where depends on the lengths of the values
/// alone, as long as each byte of them stands for itself: for readers whose values have the same lengths, encoding is
/// copying.
/// </summary>
/// <param name="Lengths">The length of the value at each place of a slot.</param>
internal sealed record SlotLayout(int[] Lengths, byte[] Bytes, Hole[] Holes)
{
    /// <returns>Null where the lines do not come out as said.</returns>
    public static SlotLayout? Of(Block block, ReadOnlySpan<int> slots, SlotValues values)
    {
        var lengths = new int[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            lengths[i] = values.SteadyLength(slots[i]);
            if (lengths[i] < 0)
            {
                return null;
            }
        }

        // Where two values that have no byte in common make a difference, there is the hole.
        using var one = new WireBuffer();
        using var other = new WireBuffer();
        block.Encode(i => Filled(lengths[i], 'a'), one);
        block.Encode(i => Filled(lengths[i], 'b'), other);
        return Between(one.Written, other.Written, slots, lengths);
    }

    public bool Fits(ReadOnlySpan<int> slots, SlotValues values)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            if (values.SteadyLength(slots[i]) != Lengths[i])
            {
                return false;
            }
        }

        return true;
    }

    public void Write(SlotValues values, WireBuffer output)
    {
        var room = output.Room(Bytes.Length);
        Bytes.CopyTo(room);
        foreach (var hole in Holes)
        {
            values.Text(hole.Slot).Slice(hole.Offset, hole.Length).CopyTo(room[hole.At..]);
        }

        output.Advance(Bytes.Length);
    }

    private static SlotLayout? Between(
        ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, ReadOnlySpan<int> slots, int[] lengths)
    {
        if (one.Length != other.Length)
        {
            return null;
        }

        var holes = new List<Hole>();
        var at = 0;
        for (var i = 0; i < slots.Length; i++)
        {
            for (var offset = 0; offset < lengths[i];)
            {
                at = NextDifference(one, other, at);
                var length = 0;
                while (offset + length < lengths[i] && at + length < one.Length && one[at + length] != other[at + length])
                {
                    length++;
                }

                if (length == 0)
                {
                    return null;
                }

                holes.Add(new Hole(at, length, slots[i], offset));
                at += length;
                offset += length;
            }
        }

        return NextDifference(one, other, at) < one.Length ? null : new SlotLayout(lengths, one.ToArray(), [.. holes]);
    }

    private static byte[] Filled(int length, char with)
    {
        var filled = new byte[length];
        filled.AsSpan().Fill((byte)with);
        return filled;
    }

    private static int NextDifference(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int from) =>
        from + one[from..].CommonPrefixLength(other[from..]);
}

/// <param name="At">Where in the bytes.</param>
/// <param name="Offset">Where in the slot's value the piece begins.</param>
internal readonly record struct Hole(int At, int Length, int Slot, int Offset);
