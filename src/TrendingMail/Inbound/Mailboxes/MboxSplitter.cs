using System.Buffers;

namespace TrendingMail.Inbound.Mailboxes;

/// <summary>
/// Splits lines into messages at the separators of an mbox (RFC 4155) if they start with one. Otherwise, they are one
/// message.
/// </summary>
/// <param name="maximumBytes">Messages are truncated to this length.</param>
internal sealed class MboxSplitter(int maximumBytes)
{
    private static readonly byte[] MboxStart = "From "u8.ToArray();

    private readonly ArrayBufferWriter<byte> content = new();

    private bool isMbox;

    private bool isFirstLine = true;

    private bool isAfterEmptyLine = true;

    /// <summary>Adds a line; returns the message that it ends, if any.</summary>
    /// <param name="line">With its line feed.</param>
    public byte[]? Add(ReadOnlySpan<byte> line)
    {
        var isSeparator = isAfterEmptyLine && line.StartsWith(MboxStart) &&
            (isFirstLine || (isMbox && IsSeparator(line)));
        isMbox |= isFirstLine && isSeparator;
        // Some programs omit the empty line after the last boundary.
        isAfterEmptyLine = line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'] || line.StartsWith("--"u8);
        var mail = isSeparator && !isFirstLine ? Rest() : null;
        isFirstLine = false;
        content.Write(line[..Math.Min(line.Length, maximumBytes - content.WrittenCount)]);
        return mail;
    }

    /// <summary>The message added since the last separator.</summary>
    public byte[] Rest()
    {
        var mail = content.WrittenSpan.ToArray();
        content.ResetWrittenCount();
        return mail;
    }

    /// <summary>
    /// Whether a line has the sender and time of an mbox separator; an ordinary sentence may also begin with "From".
    /// </summary>
    private static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        var rest = line[MboxStart.Length..].TrimEnd("\r\n "u8);
        return rest.Length >= 20 && rest.IndexOf((byte)' ') > 0 && rest.IndexOf((byte)':') > 0 &&
            rest[^4..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }
}
