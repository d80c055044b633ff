using System.Buffers.Text;
using System.Text;
using TrendingMail.Configuration;

namespace TrendingMail.Delivery.Smtp.Exchange;

/// <summary>Commands and data that are sent together.</summary>
internal sealed class CommandBuffer
{
    private byte[] bytes = new byte[64 * 1024];
    private int length;

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, length);

    public void Clear() => length = 0;

    public void Append(string text)
    {
        EnsureCapacity(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, bytes.AsSpan(length));
    }

    public void Append(ReadOnlySpan<byte> source)
    {
        EnsureCapacity(source.Length);
        source.CopyTo(bytes.AsSpan(length));
        length += source.Length;
    }

    public void Append(int number)
    {
        EnsureCapacity(11);
        Utf8Formatter.TryFormat(number, bytes.AsSpan(length), out var written);
        length += written;
    }

    /// <summary>Appends an address with its domain in ASCII (RFC 5890), which needs no SMTPUTF8.</summary>
    public void AppendAddress(string address) => Append(InternetName.ToAscii(address));

    /// <summary>
    /// Appends a message for DATA. A dot at the beginning of a line is doubled (RFC 5321 section 4.5.2), and a line
    /// with a dot ends the message.
    /// </summary>
    public void AppendDotStuffed(ReadOnlySpan<byte> message)
    {
        var end = message.EndsWith("\r\n"u8) ? ".\r\n"u8 : "\r\n.\r\n"u8;
        if (message.StartsWith("."u8))
        {
            Append("."u8);
        }

        int at;
        while ((at = message.IndexOf("\n."u8)) >= 0)
        {
            Append(message[..(at + 2)]);
            Append("."u8);
            message = message[(at + 2)..];
        }

        Append(message);
        Append(end);
    }

    private void EnsureCapacity(int more)
    {
        if (bytes.Length - length < more)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + more));
        }
    }
}
