using System.Buffers;
using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace TrendingMail.Rendering.Variants;

/// <summary>What differs from reader to reader in the header of a mailing.</summary>
/// <param name="Token">Stands in the addresses of List-Unsubscribe.</param>
public readonly record struct ReaderHeader(string To, string MessageId, DateTimeOffset Date, string Token);

/// <summary>
/// What surrounds the texts of a mailing's mails: header and frames of the parts, taken from two sample mails that MimeKit
/// wrote. Where a reader's values stand in them, others are put; the second sample is there to prove that this is all.
/// </summary>
public sealed class MailForm
{
    // Of letters and digits only: nothing that is encoded in any header, and nothing that an operator's settings hold.
    private const string SubjectSample = "Zq7xSubject";

    private const string TextSample = "Zq7xText";

    private const string HtmlSample = "Zq7xHtml";

    /// <summary>A line on which nobody folds.</summary>
    private const int LongestAddress = 64;

    private static readonly SearchValues<char> AddressSigns =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@!#$%&'*+-/=?^_`{|}~");

    private static volatile Tuple<DateTimeOffset, string> latestDate = Tuple.Create(default(DateTimeOffset), "");

    private readonly List<(byte[] Literal, Field Field)> header;

    private readonly int longestId;

    private readonly int tokenLength;

    private MailForm(List<(byte[] Literal, Field Field)> header, Block[] frames, int longestId, int tokenLength)
    {
        this.header = header;
        Frames = frames;
        this.longestId = longestId;
        this.tokenLength = tokenLength;
    }

    private enum Field
    {
        None,
        Subject,
        To,
        MessageId,
        Date,
        Token,
    }

    /// <summary>What stands before the text, between it and the HTML, and after them.</summary>
    internal Block[] Frames { get; }

    public bool HasHtml => Frames.Length == 3;

    /// <param name="first">The sample values of a reader, as long as a Message-ID gets, and the header that they make.</param>
    /// <param name="second">Other ones.</param>
    /// <returns>Null where the header is not made by putting one reader's values in another's place.</returns>
    public static MailForm? Learn(
        (ReaderHeader Reader, MailHeaders Headers) first, (ReaderHeader Reader, MailHeaders Headers) second, bool withHtml)
    {
        var content = new MailContent(SubjectSample, withHtml ? $"{HtmlSample}\n" : null, $"{TextSample}\n");
        using var whole = Written(content, first.Headers);
        var headerLength = whole.Written.IndexOf("\r\n\r\n"u8) + 2;
        var frames = Split(whole.Written[(headerLength + 2)..], withHtml);
        if (frames is null)
        {
            return null;
        }

        var form = new MailForm(Pieces(whole.Written[..headerLength], first.Reader), frames,
            first.Reader.MessageId.Length, first.Reader.Token.Length);
        return form.Makes(first, content) && form.Makes(second, content) ? form : null;
    }

    /// <summary>The Subject field, as MimeKit encodes and folds it.</summary>
    public static byte[] SubjectField(string subject)
    {
        var field = new Header(HeaderId.Subject, subject);
        return Encoding.UTF8.GetBytes($"{field.Field}:{Encoding.UTF8.GetString(field.RawValue).ReplaceLineEndings("\r\n")}");
    }

    /// <returns>False, with nothing written, where a value may fold, quote or encode and MimeKit has to see to it.</returns>
    public bool TryWriteHeader(ReaderHeader reader, ReadOnlySpan<byte> subjectField, WireBuffer output)
    {
        if (!IsPlainAddress(reader.To) || reader.MessageId.Length > longestId || reader.Token.Length != tokenLength)
        {
            return false;
        }

        foreach (var (literal, field) in header)
        {
            output.Append(literal);
            switch (field)
            {
                case Field.Subject:
                    output.Append(subjectField);
                    break;
                case Field.To:
                    output.Append(reader.To);
                    break;
                case Field.MessageId:
                    output.Append(reader.MessageId);
                    break;
                case Field.Date:
                    output.Append(DateText(reader.Date));
                    break;
                case Field.Token:
                    output.Append(reader.Token);
                    break;
            }
        }

        return true;
    }

    private static WireBuffer Written(MailContent content, MailHeaders headers)
    {
        using var message = MimeBuilder.Build(content, headers);
        return MimeBuilder.Write(message);
    }

    private static Block[]? Split(ReadOnlySpan<byte> body, bool withHtml)
    {
        var frames = new List<Block>();
        foreach (var sample in withHtml ? [TextSample, HtmlSample] : new[] { TextSample })
        {
            var line = Encoding.ASCII.GetBytes($"{sample}\r\n");
            var at = body.IndexOf(line);
            if (at < 0)
            {
                return null;
            }

            frames.Add(new Block(body[..at]));
            body = body[(at + line.Length)..];
        }

        frames.Add(new Block(body));
        return [.. frames];
    }

    private static List<(byte[] Literal, Field Field)> Pieces(ReadOnlySpan<byte> header, ReaderHeader reader)
    {
        var values = new (Field Field, byte[] Text)[]
        {
            (Field.Subject, SubjectField(SubjectSample)),
            (Field.To, Encoding.UTF8.GetBytes(reader.To)),
            (Field.MessageId, Encoding.UTF8.GetBytes(reader.MessageId)),
            (Field.Date, Encoding.UTF8.GetBytes(DateUtils.FormatDate(reader.Date))),
            (Field.Token, Encoding.UTF8.GetBytes(reader.Token)),
        };
        var pieces = new List<(byte[] Literal, Field Field)>();
        while (true)
        {
            var (at, next) = (header.Length, (Field: Field.None, Text: Array.Empty<byte>()));
            foreach (var value in values)
            {
                if (header.IndexOf(value.Text) is var found and >= 0 && found < at)
                {
                    (at, next) = (found, value);
                }
            }

            pieces.Add((header[..at].ToArray(), next.Field));
            if (next.Field == Field.None)
            {
                return pieces;
            }

            header = header[(at + next.Text.Length)..];
        }
    }

    private bool Makes((ReaderHeader Reader, MailHeaders Headers) sample, MailContent content)
    {
        using var expected = Written(content, sample.Headers);
        using var made = new WireBuffer(4 << 10);
        if (!TryWriteHeader(sample.Reader, SubjectField(content.Subject), made))
        {
            return false;
        }

        made.Append("\r\n"u8);
        using var nobody = new SlotValues(0);
        for (var i = 0; i < Frames.Length; i++)
        {
            made.Append(i switch { 0 => "", 1 => $"{TextSample}\r\n", _ => $"{HtmlSample}\r\n" });
            Frames[i].Write(nobody, made);
        }

        return made.Written.SequenceEqual(expected.Written);
    }

    /// <summary>Readers of an hour were queued at one instant.</summary>
    private static string DateText(DateTimeOffset date)
    {
        var latest = latestDate;
        if (latest.Item1 != date || latest.Item1.Offset != date.Offset || latest.Item2.Length == 0)
        {
            latestDate = latest = Tuple.Create(date, DateUtils.FormatDate(date));
        }

        return latest.Item2;
    }

    /// <summary>An address of atoms and dots (RFC 5322 section 3.2.3), which is written as it is.</summary>
    private static bool IsPlainAddress(ReadOnlySpan<char> address) =>
        address.Length <= LongestAddress && !address.ContainsAnyExcept(AddressSigns);
}
