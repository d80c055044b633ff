using System.Buffers;

namespace TrendingMail.Rendering.Variants;

/// <summary>
/// Encodes UTF-8 text as quoted-printable (RFC 2045 section 6.7) with CRLF line ends, in pieces: what is held and how long
/// the line is carries over from one to the next. Lines are broken where MimeKit breaks them, so that a mail has the same
/// bytes however it was made. After a line's end nothing carries over: texts that are whole lines can be encoded apart and
/// joined.
/// </summary>
/// <param name="output">Gets the encoded bytes.</param>
public struct QuotedPrintable(WireBuffer output)
{
    /// <summary>Characters of a line, the "=" of a soft break counted.</summary>
    private const int Line = 76;

    private const int Nothing = -1;

    /// <summary>What stands for itself, also before other characters of its line: blanks, and signs but for "=".</summary>
    private static readonly SearchValues<byte> Safe =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(32, 95).Where(c => c != '=').Select(c => (byte)c)]);

    private static readonly SearchValues<byte> Steady =
        SearchValues.Create([.. Enumerable.Range(33, 94).Where(c => c != '=').Select(c => (byte)c)]);

    private int column;

    /// <summary>The last character, which is not written before the next is known: a blank at a line's end is encoded.</summary>
    private int held = Nothing;

    /// <summary>Whether each byte stands for itself wherever in a line it comes.</summary>
    internal static bool IsSteady(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Steady);

    /// <param name="text">UTF-8 without CR; lines end with LF.</param>
    public void Write(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\n')
            {
                WriteHeldAtEnd();
                output.Append("\r\n"u8);
                column = 0;
                at++;
                continue;
            }

            WriteHeldBeforeMore();
            var run = text[at..].IndexOfAnyExcept(Safe);
            run = run < 0 ? text.Length - at : run;
            if (run > 1)
            {
                WriteSafe(text.Slice(at, run - 1));
                at += run - 1;
            }

            held = text[at++];
        }
    }

    /// <summary>Ends a text that does not end with a line's end: a soft break says that none was there.</summary>
    public void End()
    {
        if (held != Nothing)
        {
            WriteHeldAtEnd();
            output.Append("=\r\n"u8);
        }

        column = 0;
    }

    private void WriteHeldBeforeMore()
    {
        if (held == Nothing)
        {
            return;
        }

        if (Safe.Contains((byte)held))
        {
            output.Append((byte)held);
            column++;
        }
        else
        {
            WriteEncoded((byte)held);
        }

        held = Nothing;
        BreakFullLine();
    }

    private void WriteHeldAtEnd()
    {
        if (held == Nothing)
        {
            return;
        }

        if (Safe.Contains((byte)held) && held is not (' ' or '\t'))
        {
            output.Append((byte)held);
        }
        else
        {
            WriteEncoded((byte)held);
        }

        held = Nothing;
    }

    private void WriteSafe(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var fits = Math.Min(text.Length, Line - 1 - column);
            output.Append(text[..fits]);
            column += fits;
            text = text[fits..];
            BreakFullLine();
        }
    }

    private void WriteEncoded(byte value)
    {
        var room = output.Room(3);
        room[0] = (byte)'=';
        room[1] = Hex(value >> 4);
        room[2] = Hex(value & 0xF);
        output.Advance(3);
        column += 3;
    }

    private void BreakFullLine()
    {
        if (column + 1 >= Line)
        {
            output.Append("=\r\n"u8);
            column = 0;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
