using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace TrendingMail.Subscribers.Import.Files;

/// <summary>
/// Passes a list on and checks that it is UTF-8, which readers would otherwise repair with replacement characters. A
/// list that begins with the byte order mark of UTF-16 or UTF-32 is passed on unchecked: readers honour the mark.
/// </summary>
internal sealed class Utf8ValidatingStream(Stream source) : Stream
{
    /// <summary>Bytes that no text in UTF-8 has: NUL, as in UTF-16, and ESC, as in ISO-2022.</summary>
    private static readonly SearchValues<byte> Binary = SearchValues.Create([0x00, 0x1B]);

    /// <summary>The beginning of a character whose rest comes with the next read.</summary>
    private readonly byte[] incomplete = new byte[4];

    private int incompleteCount;
    private long lines = 1;
    private bool isStarted;
    private bool isChecked = true;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="TrendingMailException">The list is not UTF-8; the message suggests an encoding.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        var bytes = buffer[..count];
        if (!isStarted)
        {
            isStarted = true;
            isChecked = !(bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]) ||
                bytes.StartsWith<byte>([0x00, 0x00, 0xFE, 0xFF]));
        }

        if (isChecked && !IsValid(bytes))
        {
            throw EncodingFault.Describe(bytes, lines);
        }

        lines += bytes.Count((byte)'\n');
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsValid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.ContainsAny(Binary))
        {
            return bytes.IsEmpty && incompleteCount == 0;
        }

        while (incompleteCount > 0 && !bytes.IsEmpty)
        {
            incomplete[incompleteCount++] = bytes[0];
            bytes = bytes[1..];
            switch (Rune.DecodeFromUtf8(incomplete.AsSpan(0, incompleteCount), out _, out _))
            {
                case OperationStatus.Done:
                    incompleteCount = 0;
                    break;
                case OperationStatus.InvalidData:
                    return false;
            }
        }

        if (Utf8.IsValid(bytes))
        {
            return true;
        }

        for (var length = 1; length < 4 && length <= bytes.Length; length++)
        {
            if (Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData &&
                Utf8.IsValid(bytes[..^length]))
            {
                bytes[^length..].CopyTo(incomplete);
                incompleteCount = length;
                return true;
            }
        }

        return false;
    }
}
