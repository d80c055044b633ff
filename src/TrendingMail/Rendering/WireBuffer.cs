using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace TrendingMail.Rendering;

/// <summary>A growing row of bytes in an array of the shared pool, to which it goes back when this is disposed.</summary>
public sealed class WireBuffer(int capacity = WireBuffer.UsualMail) : IDisposable
{
    /// <summary>Room for a mail of 25 papers.</summary>
    private const int UsualMail = 100 << 10;

    private byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    /// <summary>What was written; it holds until the next write.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>What was written; it holds until the next write.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    /// <summary>At least so much room after what was written. <see cref="Advance"/> keeps what is put there.</summary>
    public Span<byte> Room(int size)
    {
        if (bytes.Length - Length < size)
        {
            Grow(size);
        }

        return bytes.AsSpan(Length);
    }

    public void Advance(int count)
    {
        Debug.Assert(count <= bytes.Length - Length, "more than there is room for");
        Length += count;
    }

    public void Append(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Room(more.Length));
        Length += more.Length;
    }

    public void Append(byte one)
    {
        Room(1)[0] = one;
        Length++;
    }

    /// <summary>Appends text as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> text) =>
        Length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Forgets all after the first bytes.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Length, "longer than it is");
        Length = length;
    }

    public void Dispose()
    {
        var returned = bytes;
        bytes = [];
        Length = 0;
        if (returned.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(returned);
        }
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + size, 2 * bytes.Length));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
