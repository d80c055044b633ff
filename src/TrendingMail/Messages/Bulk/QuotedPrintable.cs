using System.Buffers;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// Encodes UTF-8 text as quoted-printable (RFC 2045 section 6.7) with CRLF line endings, incrementally: the pending
/// byte and the column carry over from one call to the next. Breaks lines where MimeKit does, so that a message has the
/// same bytes whichever way it was composed. Nothing carries over a line break: whole lines can be encoded separately
/// and concatenated.
/// </summary>
/// <param name="output">Receives the encoded bytes.</param>
internal struct QuotedPrintable(WireBuffer output)
{
    /// <summary>Characters on a line, including the "=" of a soft line break.</summary>
    private const int MaximumLineLength = 76;

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

    /// <param name="text">UTF-8 with LF line endings, without CR.</param>
    public void Write(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\n')
            {
                WritePendingAtLineEnd();
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
            WritePendingAtLineEnd();
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

        if (LiteralMidLine.Contains((byte)pending))
        {
            output.Append((byte)pending);
            column++;
        }
        else
        {
            WriteEncoded((byte)pending);
        }

        pending = None;
        BreakFullLine();
    }

    private void WritePendingAtLineEnd()
    {
        if (pending == None)
        {
            return;
        }

        if (LiteralMidLine.Contains((byte)pending) && pending is not (' ' or '\t'))
        {
            output.Append((byte)pending);
        }
        else
        {
            WriteEncoded((byte)pending);
        }

        pending = None;
    }

    private void WriteLiterals(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var fits = Math.Min(text.Length, MaximumLineLength - 1 - column);
            output.Append(text[..fits]);
            column += fits;
            text = text[fits..];
            BreakFullLine();
        }
    }

    private void WriteEncoded(byte value)
    {
        var buffer = output.GetSpan(3);
        buffer[0] = (byte)'=';
        buffer[1] = Hex(value >> 4);
        buffer[2] = Hex(value & 0xF);
        output.Advance(3);
        column += 3;
    }

    private void BreakFullLine()
    {
        if (column + 1 >= MaximumLineLength)
        {
            output.Append("=\r\n"u8);
            column = 0;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
