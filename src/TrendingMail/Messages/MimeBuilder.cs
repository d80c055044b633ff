using System.Text;
using MimeKit;
using MimeKit.Text;

namespace TrendingMail.Messages;

/// <summary>Builds a MIME message: RFC 5322 header, text and HTML alternatives in quoted-printable UTF-8.</summary>
internal static class MimeBuilder
{
    private static readonly FormatOptions WireOptions = CreateWireOptions();

    public static MimeMessage Build(MailContent content, MailHeaders headers)
    {
        var message = new MimeMessage();
        message.From.Add(headers.From);
        message.To.Add(headers.To);
        if (headers.ReplyTo is not null)
        {
            message.ReplyTo.Add(headers.ReplyTo);
        }

        message.Subject = content.Subject;
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

    /// <summary>Serializes a message as it is sent: CRLF line endings, 7-bit.</summary>
    /// <param name="headroom">Bytes to reserve before the message for signatures.</param>
    public static WireBuffer Write(MimeMessage message, int headroom = 0)
    {
        var buffer = new WireBuffer(headroom: headroom);
        using var stream = new WireStream(buffer);
        message.WriteTo(WireOptions, stream);
        return buffer;
    }

    private static TextPart CreatePart(TextFormat format, string text)
    {
        var part = new TextPart(format) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, text.ReplaceLineEndings("\n"));
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
