using System.Text.RegularExpressions;
using MimeKit;

namespace TrendingMail.Inbound.DomainReports.Parsing;

/// <summary>Recognizes the attachments that may be reports, and the messages that claim to carry one.</summary>
internal static partial class ReportAttachments
{
    private const int MaximumParts = 100;

    private static readonly HashSet<string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/gzip", "application/x-gzip", "application/gzip-compressed", "application/zip",
        "application/x-zip", "application/x-zip-compressed", "application/xml", "text/xml", "application/dmarc+xml",
        "application/tlsrpt+gzip", "application/tlsrpt+json",
    };

    private static readonly string[] Extensions = [".xml", ".json", ".gz", ".zip"];

    /// <summary>Whether a part may be a report, by its content type or its name.</summary>
    public static bool MayBeReport(MimePart part) =>
        Types.Contains(part.ContentType.MimeType) ||
        (part.FileName is { } name && Array.Exists(
            Extensions, extension => name.Trim().EndsWith(extension, StringComparison.OrdinalIgnoreCase)));

    public static IEnumerable<MimePart> Find(MimeMessage message)
    {
        var pending = new Stack<MimeEntity>();
        if (message.Body is { } body)
        {
            pending.Push(body);
        }

        for (var i = 0; i < MaximumParts && pending.TryPop(out var entity); i++)
        {
            if (entity is Multipart multipart)
            {
                foreach (var child in multipart.Take(MaximumParts).Reverse())
                {
                    pending.Push(child);
                }
            }
            else if (entity is MimePart { Content: not null } part && MayBeReport(part))
            {
                yield return part;
            }
        }
    }

    /// <summary>Whether the message says that it carries a report, so that an unreadable one is a problem.</summary>
    public static bool IsClaimed(MimeMessage message) =>
        Subject().IsMatch(message.Subject ?? "") ||
        message.Headers.Contains("TLS-Report-Domain") || message.Headers.Contains("TLS-Report-Submitter") ||
        "tlsrpt".Equals(message.Body?.ContentType.Parameters["report-type"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the part says that it is a report.</summary>
    public static bool IsClaimed(MimePart part) =>
        part.ContentType.MediaSubtype.StartsWith("tlsrpt+", StringComparison.OrdinalIgnoreCase) ||
        (part.FileName is { Length: < 1000 } name && FileName().IsMatch(name.Trim()));

    /// <summary>RFC 7489 section 7.2.1.1. Some senders put other words before it.</summary>
    [GeneratedRegex(@"\breport\s+domain:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Subject();

    /// <summary>RFC 7489 section 7.2.1.1 and RFC 8460 section 5.1: receiver!domain!begin!end.</summary>
    [GeneratedRegex(@"^[^!]*![^!]+![0-9]+![0-9]+(?:![^!]*)?\.(?:xml|json|gz|zip)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
