using System.Text;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>The number of bytes that may still be decompressed of a message's attachments.</summary>
internal sealed class DecompressionBudget
{
    private const long MinimumForRatio = 1 << 20;

    private long total;

    /// <exception cref="UnreadableReportException">It is too much, or too much for its compressed size.</exception>
    public void Spend(int bytes, long documentBytes, long compressedBytes)
    {
        total += bytes;
        if (total > ReportLimits.DocumentBytes)
        {
            throw new UnreadableReportException(
                $"it is larger than {ReportLimits.DocumentBytes >> 20} MB when decompressed");
        }

        if (documentBytes > MinimumForRatio &&
            documentBytes / Math.Max(compressedBytes, 1) > ReportLimits.CompressionRatio)
        {
            throw new UnreadableReportException(
                $"it decompresses to more than {ReportLimits.CompressionRatio} times its size");
        }
    }
}

/// <summary>A document of a report, decompressed while it is read and never beyond the budget.</summary>
internal sealed class DocumentStream : Stream
{
    private const int HeadBytes = 256;

    private readonly Stream content;
    private readonly long compressedBytes;
    private readonly DecompressionBudget budget;
    private readonly byte[] head = new byte[HeadBytes];
    private readonly int headLength;
    private int headPosition;
    private long documentBytes;

    public DocumentStream(string name, Stream content, long compressedBytes, DecompressionBudget budget)
    {
        Name = name;
        this.content = content;
        this.compressedBytes = compressedBytes;
        this.budget = budget;
        headLength = content.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
        documentBytes = headLength;
        budget.Spend(headLength, headLength, compressedBytes);
    }

    public string Name { get; }

    /// <summary>The first bytes, whatever was read so far.</summary>
    public ReadOnlySpan<byte> Head => head.AsSpan(0, headLength);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Decodes the document. Only its markup and ASCII values matter, so no other charset is needed.</summary>
    public StreamReader OpenText() => new(this, DetectEncoding(Head), detectEncodingFromByteOrderMarks: true);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (headPosition < headLength)
        {
            var length = Math.Min(buffer.Length, headLength - headPosition);
            head.AsSpan(headPosition, length).CopyTo(buffer);
            headPosition += length;
            return length;
        }

        var read = content.Read(buffer);
        documentBytes += read;
        budget.Spend(read, documentBytes, compressedBytes);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The bytes decide, because some reports declare UTF-16 and are UTF-8.</summary>
    private static Encoding DetectEncoding(ReadOnlySpan<byte> head) => head switch
    {
        [not 0, 0, ..] => Encoding.Unicode,
        [0, not 0, ..] => Encoding.BigEndianUnicode,
        _ when Encoding.ASCII.GetString(head).Contains("encoding=\"iso-8859-", StringComparison.OrdinalIgnoreCase) ||
            Encoding.ASCII.GetString(head).Contains("encoding=\"windows-", StringComparison.OrdinalIgnoreCase) =>
            Encoding.Latin1,
        _ => Encoding.UTF8,
    };
}
