using System.Text;
using MimeKit;
using TrendingMail.Inbound.DomainReports.Parsing;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>
/// The parts of a message that the classifier inspects. Only the first megabyte, 20 levels of nesting and 100 parts are
/// read, so that time and memory are bounded for any input.
/// </summary>
internal sealed class InboundMail
{
    public const int MaximumBytes = 1 << 20;

    private const int MaximumParts = 100;

    private const int MaximumTextLength = 64 * 1024;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = 20 };

    private readonly StringBuilder text = new();

    private readonly StringBuilder html = new();

    private readonly StringBuilder deliveryStatus = new();

    private int partCount;

    private MimeEntity? nestedReport;

    private InboundMail(HeaderList headers) => Headers = headers;

    public HeaderList Headers { get; }

    public string From { get; private set; } = "";

    public string Subject { get; private set; } = "";

    /// <summary>The human-readable text: the plain text parts, or the HTML parts if there are none.</summary>
    public string Text => text.Length > 0 ? text.ToString() : HtmlText.ToPlainText(html.ToString());

    /// <summary>The text of the delivery status parts (RFC 3464); null if there are none.</summary>
    public string? DeliveryStatus => HasDeliveryStatus ? deliveryStatus.ToString() : null;

    public bool HasDeliveryStatus { get; private set; }

    /// <summary>Whether the delivery status was found in a nested bounce that was returned to someone else.</summary>
    public bool IsForwarded { get; private set; }

    /// <summary>The text of the feedback report part (RFC 5965); null if there is none.</summary>
    public string? FeedbackReport { get; private set; }

    /// <summary>Whether it is a read receipt: a message disposition notification (RFC 8098).</summary>
    public bool IsReadReceipt { get; private set; }

    /// <summary>Whether an attachment may be a report on a domain; it has not been read.</summary>
    public bool MayHaveDomainReport { get; private set; }

    /// <summary>The headers of the returned message; null if it was not included.</summary>
    public HeaderList? ReturnedHeaders { get; private set; }

    /// <exception cref="FormatException">The bytes are not a valid message.</exception>
    public static InboundMail Read(ReadOnlyMemory<byte> bytes)
    {
        using var message = Load(bytes[..Math.Min(bytes.Length, MaximumBytes)]);
        var mail = new InboundMail(message.Headers)
        {
            From = HeaderOrEmpty(message.Headers, HeaderId.From),
            Subject = HeaderOrEmpty(message.Headers, HeaderId.Subject),
        };
        mail.AddPart(message.Body);
        if (!mail.HasDeliveryStatus && mail.nestedReport is { } nested)
        {
            // Some gateways forward a bounce that they received themselves.
            mail.IsForwarded = true;
            mail.AddPart(nested);
        }

        return mail;
    }

    /// <summary>Parses a message as a whole.</summary>
    /// <exception cref="FormatException">The bytes are not a valid message.</exception>
    public static MimeMessage Load(ReadOnlyMemory<byte> bytes) => MimeMessage.Load(
        Options, new MemoryStream(StripMboxSeparator(bytes).ToArray(), writable: false), persistent: true);

    /// <summary>The unfolded value of a header; empty if there is no such header.</summary>
    public string Header(string name) => Headers[name] is { } value ? Truncate(value, 2000).Trim() : "";

    /// <summary>Parses the headers at the start of a text; null if there are none.</summary>
    public static HeaderList? ParseHeaders(string text)
    {
        var start = 0;
        while (start < text.Length && !StartsWithHeader(text.AsSpan(start)))
        {
            start = text.IndexOf('\n', start) is var end and >= 0 ? end + 1 : text.Length;
        }

        var head = Truncate(text[start..], MaximumTextLength);
        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(head));
            return HeaderList.Load(Options, stream);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool StartsWithHeader(ReadOnlySpan<char> line) =>
        line.IndexOfAny(": \t\r\n") is > 0 and < 60 and var end && line[end] == ':';

    private static ReadOnlyMemory<byte> StripMboxSeparator(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        return span.StartsWith("From "u8) && span.IndexOf((byte)'\n') is var end and > 0 ? bytes[(end + 1)..] : bytes;
    }

    private void AddPart(MimeEntity? body)
    {
        var pending = new Stack<MimeEntity>();
        if (body is not null)
        {
            pending.Push(body);
        }

        while (pending.TryPop(out var entity) && partCount++ < MaximumParts)
        {
            switch (entity)
            {
                case Multipart { Count: 0, Preamble: { } preamble }:
                    // The declared boundary does not occur, so the whole body is preamble.
                    text.Append(Truncate(preamble, MaximumTextLength)).Append('\n');
                    break;
                case Multipart multipart:
                    for (var i = multipart.Count - 1; i >= 0 && pending.Count < MaximumParts; i--)
                    {
                        pending.Push(multipart[i]);
                    }

                    break;
                case MessagePart { Message: { } returned }:
                    ReturnedHeaders ??= returned.Headers;
                    nestedReport ??= returned.Body is MultipartReport ? returned.Body : null;
                    break;
                case MimePart part:
                    AddPart(part);
                    break;
            }
        }
    }

    private void AddPart(MimePart part)
    {
        var type = part.ContentType;
        MayHaveDomainReport |= ReportAttachments.MayBeReport(part);
        if (type.MediaSubtype.EndsWith("delivery-status", StringComparison.OrdinalIgnoreCase))
        {
            HasDeliveryStatus = true;
            deliveryStatus.Append(DecodeText(part)).Append("\n\n");
        }
        else if (type.IsMimeType("message", "feedback-report"))
        {
            FeedbackReport ??= DecodeText(part);
        }
        else if (type.MediaSubtype.EndsWith("disposition-notification", StringComparison.OrdinalIgnoreCase))
        {
            IsReadReceipt = true;
        }
        else if (type.IsMimeType("text", "rfc822-headers") || type.IsMimeType("message", "global-headers") ||
            type.IsMimeType("text", "rfc822-header"))
        {
            ReturnedHeaders ??= ParseHeaders(DecodeText(part));
        }
        else if (type.IsMimeType("text", "html"))
        {
            Append(html, part);
        }
        else if (part is TextPart || type.IsMimeType("message", "*"))
        {
            Append(text, part);
        }
    }

    private static void Append(StringBuilder text, MimePart part)
    {
        if (text.Length < MaximumTextLength && part.Content is not null)
        {
            text.Append(Truncate(DecodeText(part), MaximumTextLength)).Append('\n');
        }
    }

    private static string DecodeText(MimePart part)
    {
        if (part is TextPart { Content: not null } text)
        {
            return text.Text;
        }

        if (part.Content is null)
        {
            return "";
        }

        using var stream = new MemoryStream();
        part.Content.DecodeTo(stream);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)Math.Min(stream.Length, MaximumTextLength));
    }

    private static string HeaderOrEmpty(HeaderList headers, HeaderId id) =>
        headers[id] is { } value ? Truncate(value, 2000).Trim() : "";

    private static string Truncate(string text, int length) => text.Length > length ? text[..length] : text;
}
