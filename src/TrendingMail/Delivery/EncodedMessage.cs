using System.Text;
using MimeKit;

namespace TrendingMail.Delivery;

/// <summary>A message whose bytes are finished, in the shape in which MailKit sends one: it is written as it is.</summary>
internal sealed class EncodedMessage : MimeMessage
{
    /// <param name="bytes">Header and body with CRLF line ends; they must hold until the message is sent.</param>
    public EncodedMessage(ReadOnlyMemory<byte> bytes)
        : base([WholeHeader(bytes.Span)])
    {
        var body = new Finished(bytes[(HeaderLength(bytes.Span) + 2)..]);
        body.Headers.Clear();
        Body = body;
    }

    public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78)
    {
        // It is 7-bit already.
    }

    /// <summary>Up to and with the last field's CRLF.</summary>
    private static int HeaderLength(ReadOnlySpan<byte> bytes) => bytes.IndexOf("\r\n\r\n"u8) + 2;

    /// <summary>All fields as one that goes on over many lines, so that MimeKit has nothing to fold or encode.</summary>
    private static Header WholeHeader(ReadOnlySpan<byte> bytes)
    {
        var colon = bytes.IndexOf((byte)':');
        var header = new Header(Encoding.ASCII.GetString(bytes[..colon]), "");
        header.SetRawValue(bytes[(colon + 1)..HeaderLength(bytes)].ToArray());
        return header;
    }

    private sealed class Finished(ReadOnlyMemory<byte> bytes) : MimePart
    {
        public override void WriteTo(
            FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
            stream.Write(bytes.Span);

        public override async Task WriteToAsync(
            FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
            await stream.WriteAsync(bytes, cancellationToken);
    }
}
