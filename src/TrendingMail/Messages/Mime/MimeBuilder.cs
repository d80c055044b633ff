using System.Text;
using MimeKit;
using MimeKit.Text;
using TrendingMail.Configuration;

namespace TrendingMail.Messages.Mime;

/// <summary>Builds a MIME message: RFC 5322 header, text and HTML alternatives in quoted-printable UTF-8.</summary>
internal static class MimeBuilder
{
    private static readonly FormatOptions WireOptions = CreateWireOptions();

    public static MimeMessage Build(MailContent content, MailHeaders headers)
    {
        var message = new MimeMessage();
        message.From.Add(headers.From);
        EncodeName(message.Headers, headers.From);
        message.To.Add(headers.To);
        if (headers.ReplyTo is not null)
        {
            message.ReplyTo.Add(headers.ReplyTo);
        }

        message.Headers.Replace(CreateSubject(content.Subject));
        message.Date = headers.Date;
        message.MessageId = headers.MessageId;
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Feedback-ID", headers.FeedbackId);
        if (headers.List is { } list)
        {
            AddListHeaders(message.Headers, list);
        }

        var text = CreatePart(TextFormat.Plain, content.Text);

        // The boundary is derived from the Message-ID, so that every attempt produces the same bytes.
        message.Body = content.Html is null
            ? text
            : new MultipartAlternative { Boundary = CreateBoundary(headers.MessageId) };
        if (message.Body is MultipartAlternative alternatives)
        {
            alternatives.Add(text);
            alternatives.Add(CreatePart(TextFormat.Html, content.Html!));
        }

        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }

    /// <summary>The Subject field, encoded and folded.</summary>
    public static Header CreateSubject(string subject)
    {
        var field = new Header(HeaderId.Subject, subject);
        if (EncodedWords.AreNeededFor(subject))
        {
            field.SetRawValue(Encoding.ASCII.GetBytes($" {EncodedWords.Encode(subject, "Subject: ".Length)}\n"));
        }

        return field;
    }

    /// <summary>Serializes a message as it is sent: CRLF line endings, 7-bit.</summary>
    /// <param name="headroom">Bytes to reserve before the message for signatures.</param>
    public static WireBuffer Write(MimeMessage message, int headroom = 0)
    {
        var buffer = new WireBuffer(headroom: headroom);
        using var stream = new WireStream(buffer);
        message.WriteTo(WireOptions, stream);
        return buffer;
    }

    /// <summary>Encodes the author's name; the address follows on a line of its own.</summary>
    private static void EncodeName(HeaderList headers, MailboxAddress author)
    {
        if (author.Name is { } text && EncodedWords.AreNeededFor(text))
        {
            var name = EncodedWords.Encode(text, "From: ".Length);
            // MimeKit shows the domain in Unicode, whatever it was given.
            headers[headers.IndexOf(HeaderId.From)].SetRawValue(
                Encoding.UTF8.GetBytes($" {name}\n <{InternetName.ToAscii(author.Address)}>\n"));
        }
    }

    private static TextPart CreatePart(TextFormat format, string text)
    {
        // MimeKit writes content that is encoded already as it is.
        var part = new TextPart(format)
        {
            ContentTransferEncoding = ContentEncoding.QuotedPrintable,
            Content = new MimeContent(
                new MemoryStream(QuotedPrintable.Encode(text.ReplaceLineEndings("\n"))),
                ContentEncoding.QuotedPrintable),
        };
        part.ContentType.CharsetEncoding = Encoding.UTF8;
        return part;
    }

    private static FormatOptions CreateWireOptions()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }

    private static string CreateBoundary(string messageId) =>
        "=_" + string.Concat(messageId.Where(char.IsAsciiLetterOrDigit)).PadRight(12, '0')[..12];

    private static void AddListHeaders(HeaderList headers, ListHeaders list)
    {
        var name = new string(
            [.. list.Name.Where(c => char.IsAscii(c) && c is not ('"' or '\\' or '<' or '>'))]).Trim();
        headers.Add("List-Id", name.Length > 0 ? $"\"{name}\" <{list.Id}>" : $"<{list.Id}>");
        headers.Add("List-Unsubscribe", $"<{list.UnsubscribeUrl}>, <{list.UnsubscribeMailto}>");
        headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        headers.Add("List-Archive", $"<{list.ArchiveUrl}>");
        headers.Add("List-Help", $"<{list.HelpUrl}>");
    }
}
