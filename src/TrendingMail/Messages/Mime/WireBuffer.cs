using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace TrendingMail.Messages.Mime;

/// <summary>A growable byte buffer rented from the shared array pool and returned to it on disposal.</summary>
/// <param name="headroom">Bytes to reserve at the start for <see cref="Prepend"/>.</param>
public sealed class WireBuffer(int capacity = WireBuffer.DefaultCapacity, int headroom = 0) : IDisposable
{
    /// <summary>Enough for a digest of 25 papers.</summary>
    private const int DefaultCapacity = 100 << 10;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(headroom + capacity);

    private int start = headroom;

    private int end = headroom;

    public int Length => end - start;

    /// <summary>The bytes written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(start, Length);

    /// <summary>The bytes written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(start, Length);

    /// <summary>
    /// Returns at least <paramref name="size"/> bytes to write to, which <see cref="Advance"/> commits.
    /// </summary>
    public Span<byte> GetSpan(int size)
    {
        if (bytes.Length - end < size)
        {
            Grow(start, size);
        }

        return bytes.AsSpan(end);
    }

    public void Advance(int count)
    {
        Debug.Assert(count <= bytes.Length - end, "Advanced beyond the end of the buffer.");
        end += count;
    }

    public void Append(ReadOnlySpan<byte> source)
    {
        source.CopyTo(GetSpan(source.Length));
        end += source.Length;
    }

    public void Append(byte value)
    {
        GetSpan(1)[0] = value;
        end++;
    }

    /// <summary>Appends text as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> text) =>
        end += Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>
    /// Inserts bytes at the start. Copies only these if there is enough headroom, otherwise everything.
    /// </summary>
    public void Prepend(ReadOnlySpan<byte> prefix)
    {
        if (start < prefix.Length)
        {
            Grow(prefix.Length, 0);
        }

        start -= prefix.Length;
        prefix.CopyTo(bytes.AsSpan(start));
    }

    /// <summary>Discards everything after the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Length, "Cannot truncate to more than the current length.");
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

    /// <summary>Moves the content to a larger array with the given space before and after it.</summary>
    private void Grow(int before, int after)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(before + Length + after, 2 * bytes.Length));
        Written.CopyTo(larger.AsSpan(before));
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
        (start, end) = (before, before + Length);
    }
}
