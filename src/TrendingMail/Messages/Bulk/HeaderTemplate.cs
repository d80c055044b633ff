using System.Buffers;
using System.Text;
using MimeKit.Utils;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// The header and MIME structure of a mailing's messages, inferred from a sample message written by MimeKit. Each
/// message substitutes its recipient's values for those of the sample; a second sample verifies that nothing else
/// differs.
/// </summary>
internal sealed class HeaderTemplate
{
    // Letters and digits only, which no header encodes, in a combination that does not occur in an operator's settings.
    private const string SubjectSample = "Zq7xSubject";

    private const string TextSample = "Zq7xText";

    private const string HtmlSample = "Zq7xHtml";

    /// <summary>Short enough that the To field is never folded.</summary>
    private const int MaximumAddressLength = 64;

    private static readonly SearchValues<char> AddressCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@!#$%&'*+-/=?^_`{|}~");

    private static volatile FormattedDate latestDate = new(default, "");

    private readonly List<(byte[] Literal, Field Field)> header;

    private readonly int maximumMessageIdLength;

    private readonly int tokenLength;

    private HeaderTemplate(
        List<(byte[] Literal, Field Field)> header, Block[] partDelimiters, int maximumMessageIdLength, int tokenLength)
    {
        this.header = header;
        PartDelimiters = partDelimiters;
        this.maximumMessageIdLength = maximumMessageIdLength;
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

    /// <summary>The MIME structure before the text, between the text and the HTML, and after the last part.</summary>
    public Block[] PartDelimiters { get; }

    public bool HasHtml => PartDelimiters.Length == 3;

    /// <param name="first">Sample values, with a Message-ID of maximum length, and the headers built from them.</param>
    /// <param name="second">Different sample values, for verification.</param>
    /// <returns>Null if substituting one recipient's values for another's does not yield the header.</returns>
    public static HeaderTemplate? Infer(
        (RecipientHeader Recipient, MailHeaders Headers) first,
        (RecipientHeader Recipient, MailHeaders Headers) second, bool withHtml)
    {
        var content = new MailContent(SubjectSample, withHtml ? $"{HtmlSample}\n" : null, $"{TextSample}\n");
        using var sample = WriteSample(content, first.Headers);
        var headerLength = sample.Written.IndexOf("\r\n\r\n"u8) + 2;
        var partDelimiters = SplitBody(sample.Written[(headerLength + 2)..], withHtml);
        if (partDelimiters is null)
        {
            return null;
        }

        var template = new HeaderTemplate(SplitHeader(sample.Written[..headerLength], first.Recipient), partDelimiters,
            first.Recipient.MessageId.Length, first.Recipient.UnsubscribeToken.Length);
        return template.Reproduces(first, content) && template.Reproduces(second, content) ? template : null;
    }

    /// <summary>The Subject field, encoded and folded, with CRLF line endings.</summary>
    public static byte[] FormatSubjectField(string subject)
    {
        var field = MimeBuilder.CreateSubject(subject);
        return Encoding.UTF8.GetBytes(
            $"{field.Field}:{Encoding.UTF8.GetString(field.RawValue).ReplaceLineEndings("\r\n")}");
    }

    /// <returns>False, with nothing written, if a value may need folding, quoting or encoding by MimeKit.</returns>
    public bool TryWriteHeader(RecipientHeader recipient, ReadOnlySpan<byte> subjectField, WireBuffer output)
    {
        if (!IsPlainAddress(recipient.To) || recipient.MessageId.Length > maximumMessageIdLength ||
            recipient.UnsubscribeToken.Length != tokenLength)
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
                    output.Append(recipient.To);
                    break;
                case Field.MessageId:
                    output.Append(recipient.MessageId);
                    break;
                case Field.Date:
                    output.Append(FormatDate(recipient.Date));
                    break;
                case Field.Token:
                    output.Append(recipient.UnsubscribeToken);
                    break;
            }
        }

        return true;
    }

    private static WireBuffer WriteSample(MailContent content, MailHeaders headers)
    {
        using var message = MimeBuilder.Build(content, headers);
        return MimeBuilder.Write(message);
    }

    private static Block[]? SplitBody(ReadOnlySpan<byte> body, bool withHtml)
    {
        var delimiters = new List<Block>();
        foreach (var sample in withHtml ? [TextSample, HtmlSample] : new[] { TextSample })
        {
            var line = Encoding.ASCII.GetBytes($"{sample}\r\n");
            var at = body.IndexOf(line);
            if (at < 0)
            {
                return null;
            }

            delimiters.Add(new Block(body[..at]));
            body = body[(at + line.Length)..];
        }

        delimiters.Add(new Block(body));
        return [.. delimiters];
    }

    private static List<(byte[] Literal, Field Field)> SplitHeader(ReadOnlySpan<byte> header, RecipientHeader recipient)
    {
        var values = new (Field Field, byte[] Text)[]
        {
            (Field.Subject, FormatSubjectField(SubjectSample)),
            (Field.To, Encoding.UTF8.GetBytes(recipient.To)),
            (Field.MessageId, Encoding.UTF8.GetBytes(recipient.MessageId)),
            (Field.Date, Encoding.UTF8.GetBytes(DateUtils.FormatDate(recipient.Date))),
            (Field.Token, Encoding.UTF8.GetBytes(recipient.UnsubscribeToken)),
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

    private bool Reproduces((RecipientHeader Recipient, MailHeaders Headers) sample, MailContent content)
    {
        using var expected = WriteSample(content, sample.Headers);
        using var actual = new WireBuffer(4 << 10);
        if (!TryWriteHeader(sample.Recipient, FormatSubjectField(content.Subject), actual))
        {
            return false;
        }

        actual.Append("\r\n"u8);
        using var noValues = new PlaceholderValues(0);
        for (var i = 0; i < PartDelimiters.Length; i++)
        {
            actual.Append(i switch { 0 => "", 1 => $"{TextSample}\r\n", _ => $"{HtmlSample}\r\n" });
            PartDelimiters[i].Write(noValues, actual);
        }

        return actual.Written.SequenceEqual(expected.Written);
    }

    /// <summary>Caches the latest date: deliveries due in the same hour were queued at the same instant.</summary>
    private static string FormatDate(DateTimeOffset date)
    {
        var latest = latestDate;
        if (!latest.Date.EqualsExact(date) || latest.Text.Length == 0)
        {
            latestDate = latest = new FormattedDate(date, DateUtils.FormatDate(date));
        }

        return latest.Text;
    }

    /// <summary>
    /// Whether an address consists of atoms and dots (RFC 5322 section 3.2.3), which need no quoting.
    /// </summary>
    private static bool IsPlainAddress(ReadOnlySpan<char> address) =>
        address.Length <= MaximumAddressLength && !address.ContainsAnyExcept(AddressCharacters);

    private sealed record FormattedDate(DateTimeOffset Date, string Text);
}
