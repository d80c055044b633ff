using System.Text;
using MimeKit;

namespace TrendingMail.Inbound.Reports;

/// <summary>
/// What the classifier looks at of a mail. Only the first megabyte is read, and of that 20 levels of parts and 100
/// parts: so whatever comes takes bounded time and memory.
/// </summary>
internal sealed class InboundMail
{
    public const int MaximumBytes = 1 << 20;

    private const int MaximumParts = 100;

    private const int MaximumText = 64 * 1024;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = 20 };

    private readonly StringBuilder text = new();

    private readonly StringBuilder html = new();

    private readonly StringBuilder status = new();

    private int parts;

    private MimeEntity? nested;

    private InboundMail(HeaderList headers) => Headers = headers;

    public HeaderList Headers { get; }

    public string From { get; private set; } = "";

    public string Subject { get; private set; } = "";

    /// <summary>The text for people, of the plain parts, or of HTML where there are none.</summary>
    public string Text => text.Length > 0 ? text.ToString() : HtmlText.Of(html.ToString());

    /// <summary>The fields of the delivery status parts; null where there is no such part.</summary>
    public string? Status => HasStatus ? status.ToString() : null;

    public bool HasStatus { get; private set; }

    /// <summary>Whether the status stands in a bounce that came back to someone else.</summary>
    public bool IsForwarded { get; private set; }

    /// <summary>The fields of a feedback report (RFC 5965); null where there is none.</summary>
    public string? Feedback { get; private set; }

    /// <summary>Whether it says that a mail was shown to its reader (RFC 8098).</summary>
    public bool IsReceipt { get; private set; }

    /// <summary>The head of the mail that came back; null where none did.</summary>
    public HeaderList? Returned { get; private set; }

    /// <exception cref="FormatException">It is no mail.</exception>
    public static InboundMail Read(ReadOnlyMemory<byte> bytes)
    {
        bytes = WithoutMboxLine(bytes);
        bytes = bytes[..Math.Min(bytes.Length, MaximumBytes)];
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        using var message = MimeMessage.Load(Options, stream, persistent: true);
        var mail = new InboundMail(message.Headers)
        {
            From = One(message.Headers, HeaderId.From),
            Subject = One(message.Headers, HeaderId.Subject),
        };
        mail.Take(message.Body);
        if (!mail.HasStatus && mail.nested is { } nested)
        {
            // A gateway tells of a bounce that it got itself.
            mail.IsForwarded = true;
            mail.Take(nested);
        }

        return mail;
    }

    /// <summary>The value on one line; empty where there is no such header.</summary>
    public string Header(string name) => Headers[name] is { } value ? Cut(value, 2000).Trim() : "";

    /// <summary>The headers at the start of a text; null where there are none.</summary>
    public static HeaderList? HeadersOf(string text)
    {
        var start = 0;
        while (start < text.Length && !IsHeader(text.AsSpan(start)))
        {
            start = text.IndexOf('\n', start) is var end and >= 0 ? end + 1 : text.Length;
        }

        var head = Cut(text[start..], MaximumText);
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

    private static bool IsHeader(ReadOnlySpan<char> line) =>
        line.IndexOfAny(": \t\r\n") is > 0 and < 60 and var end && line[end] == ':';

    private static ReadOnlyMemory<byte> WithoutMboxLine(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        return span.StartsWith("From "u8) && span.IndexOf((byte)'\n') is var end and > 0 ? bytes[(end + 1)..] : bytes;
    }

    private void Take(MimeEntity? body)
    {
        var waiting = new Stack<MimeEntity>();
        if (body is not null)
        {
            waiting.Push(body);
        }

        while (waiting.TryPop(out var entity) && parts++ < MaximumParts)
        {
            switch (entity)
            {
                case Multipart { Count: 0, Preamble: { } preamble }:
                    // The boundary that was announced is nowhere.
                    text.Append(Cut(preamble, MaximumText)).Append('\n');
                    break;
                case Multipart multipart:
                    for (var i = multipart.Count - 1; i >= 0 && waiting.Count < MaximumParts; i--)
                    {
                        waiting.Push(multipart[i]);
                    }

                    break;
                case MessagePart { Message: { } returned }:
                    Returned ??= returned.Headers;
                    nested ??= returned.Body is MultipartReport ? returned.Body : null;
                    break;
                case MimePart part:
                    Take(part);
                    break;
            }
        }
    }

    private void Take(MimePart part)
    {
        var type = part.ContentType;
        if (type.MediaSubtype.EndsWith("delivery-status", StringComparison.OrdinalIgnoreCase))
        {
            HasStatus = true;
            status.Append(TextOf(part)).Append("\n\n");
        }
        else if (type.IsMimeType("message", "feedback-report"))
        {
            Feedback ??= TextOf(part);
        }
        else if (type.MediaSubtype.EndsWith("disposition-notification", StringComparison.OrdinalIgnoreCase))
        {
            IsReceipt = true;
        }
        else if (type.IsMimeType("text", "rfc822-headers") || type.IsMimeType("message", "global-headers") ||
            type.IsMimeType("text", "rfc822-header"))
        {
            Returned ??= HeadersOf(TextOf(part));
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
        if (text.Length < MaximumText && part.Content is not null)
        {
            text.Append(Cut(TextOf(part), MaximumText)).Append('\n');
        }
    }

    private static string TextOf(MimePart part)
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
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)Math.Min(stream.Length, MaximumText));
    }

    private static string One(HeaderList headers, HeaderId id) =>
        headers[id] is { } value ? Cut(value, 2000).Trim() : "";

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;
}
