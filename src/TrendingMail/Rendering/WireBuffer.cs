using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace TrendingMail.Rendering;

/// <summary>A growing row of bytes in an array of the shared pool, to which it goes back when this is disposed.</summary>
/// <param name="headroom">Room for what is put before all else at last.</param>
public sealed class WireBuffer(int capacity = WireBuffer.UsualMail, int headroom = 0) : IDisposable
{
    /// <summary>Room for a mail of 25 papers.</summary>
    private const int UsualMail = 100 << 10;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(headroom + capacity);

    private int start = headroom;

    private int end = headroom;

    public int Length => end - start;

    /// <summary>What was written; it holds until the next write.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(start, Length);

    /// <summary>What was written; it holds until the next write.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(start, Length);

    /// <summary>At least so much room after what was written. <see cref="Advance"/> keeps what is put there.</summary>
    public Span<byte> Room(int size)
    {
        if (bytes.Length - end < size)
        {
            Move(start, size);
        }

        return bytes.AsSpan(end);
    }

    public void Advance(int count)
    {
        Debug.Assert(count <= bytes.Length - end, "more than there is room for");
        end += count;
    }

    public void Append(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Room(more.Length));
        end += more.Length;
    }

    public void Append(byte one)
    {
        Room(1)[0] = one;
        end++;
    }

    /// <summary>Appends text as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> text) =>
        end += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Puts bytes before all others: a copy of these where there is headroom, else of all.</summary>
    public void Prepend(ReadOnlySpan<byte> first)
    {
        if (start < first.Length)
        {
            Move(first.Length, 0);
        }

        start -= first.Length;
        first.CopyTo(bytes.AsSpan(start));
    }

    /// <summary>Forgets all after the first bytes.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Length, "longer than it is");
        end = start + length;
    }

    public void Dispose()
    {
        var returned = bytes;
        bytes = [];
        (start, end) = (0, 0);
        if (returned.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(returned);
        }
    }

    /// <summary>Takes a larger array, with so much room before and after what was written.</summary>
    private void Move(int before, int after)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(before + Length + after, 2 * bytes.Length));
        Written.CopyTo(larger.AsSpan(before));
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
        (start, end) = (before, before + Length);
    }
}
