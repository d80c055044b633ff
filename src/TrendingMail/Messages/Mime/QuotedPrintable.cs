using System.Buffers;
using System.Text;

namespace TrendingMail.Messages.Mime;

/// <summary>
/// Encodes UTF-8 text as quoted-printable (RFC 2045 section 6.7) with CRLF line endings, incrementally: the pending
/// byte and the column carry over from one call to the next. Nothing carries over a line break: whole lines can be
/// encoded separately and concatenated. All messages are encoded here, because MimeKit's lines can be two octets too
/// long.
/// </summary>
/// <param name="output">Receives the encoded bytes.</param>
internal struct QuotedPrintable(WireBuffer output)
{
    /// <summary>Octets on a line, including the "=" of a soft line break, without CRLF.</summary>
    private const int MaximumLineLength = 76;

    /// <summary>Octets on a line that leave room for the "=" of a soft line break.</summary>
    private const int MaximumBeforeSoftBreak = MaximumLineLength - 1;

    private const int None = -1;

    /// <summary>
    /// Octets represented literally if another character follows on the line: white space and all but "=".
    /// </summary>
    private static readonly SearchValues<byte> LiteralMidLine =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(32, 95).Where(c => c != '=').Select(c => (byte)c)]);

    private static readonly SearchValues<byte> AlwaysLiteral =
        SearchValues.Create([.. Enumerable.Range(33, 94).Where(c => c != '=').Select(c => (byte)c)]);

    private int column;

    /// <summary>
    /// The last byte, held until the next one is known: white space at the end of a line must be encoded.
    /// </summary>
    private int pending = None;

    /// <summary>Whether every byte is represented literally at any position in a line.</summary>
    public static bool IsAlwaysLiteral(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(AlwaysLiteral);

    /// <summary>Encodes a whole text.</summary>
    /// <param name="text">With LF line endings, without CR.</param>
    public static byte[] Encode(string text)
    {
        using var buffer = new WireBuffer(text.Length * 2);
        var encoder = new QuotedPrintable(buffer);
        encoder.Write(Encoding.UTF8.GetBytes(text));
        encoder.End();
        return buffer.Written.ToArray();
    }

    /// <param name="text">UTF-8 with LF line endings, without CR.</param>
    public void Write(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\n')
            {
                WritePendingAtLineEnd(MaximumLineLength);
                output.Append("\r\n"u8);
                column = 0;
                at++;
                continue;
            }

            WritePendingMidLine();
            var run = text[at..].IndexOfAnyExcept(LiteralMidLine);
            run = run < 0 ? text.Length - at : run;
            if (run > 1)
            {
                WriteLiterals(text.Slice(at, run - 1));
                at += run - 1;
            }

            pending = text[at++];
        }
    }

    /// <summary>Ends a text. A soft line break marks the absence of a final line break.</summary>
    public void End()
    {
        if (pending != None)
        {
            WritePendingAtLineEnd(MaximumBeforeSoftBreak);
            output.Append("=\r\n"u8);
        }

        column = 0;
    }

    private void WritePendingMidLine()
    {
        if (pending == None)
        {
            return;
        }

        Write((byte)pending, LiteralMidLine.Contains((byte)pending), MaximumBeforeSoftBreak);
        pending = None;
    }

    /// <param name="limit">The maximum length of the line.</param>
    private void WritePendingAtLineEnd(int limit)
    {
        if (pending == None)
        {
            return;
        }

        Write((byte)pending, LiteralMidLine.Contains((byte)pending) && pending is not (' ' or '\t'), limit);
        pending = None;
    }

    private void Write(byte value, bool isLiteral, int limit)
    {
        if (column + (isLiteral ? 1 : 3) > limit)
        {
            BreakLine();
        }

        if (isLiteral)
        {
            output.Append(value);
            column++;
            return;
        }

        var buffer = output.GetSpan(3);
        buffer[0] = (byte)'=';
        buffer[1] = Hex(value >> 4);
        buffer[2] = Hex(value & 0xF);
        output.Advance(3);
        column += 3;
    }

    private void WriteLiterals(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (column == MaximumBeforeSoftBreak)
            {
                BreakLine();
            }

            var fits = Math.Min(text.Length, MaximumBeforeSoftBreak - column);
            output.Append(text[..fits]);
            column += fits;
            text = text[fits..];
        }
    }

    private void BreakLine()
    {
        output.Append("=\r\n"u8);
        column = 0;
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
