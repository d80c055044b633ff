using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using TrendingMail.Inbound.Classification.Reports;
using Results = MimeKit.Cryptography.AuthenticationResults;

namespace TrendingMail.Inbound.Classification;

/// <summary>The properties of a message needed to act on it, besides its kind.</summary>
public sealed record MailFacts
{
    /// <summary>The headers that name the addressees of a message.</summary>
    private static readonly HashSet<string> AddresseeHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "X-Envelope-To", "To",
    };

    public static MailFacts None { get; } = new();

    /// <summary>Without angle brackets; empty if there is none.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>The author's address; empty if there is none.</summary>
    public string From { get; init; } = "";

    public string Subject { get; init; } = "";

    /// <summary>The addressees, from the envelope and the headers.</summary>
    public IReadOnlyList<string> Addressees { get; init; } = [];

    /// <summary>
    /// Whether an automatic reply is allowed. RFC 3834 section 2 forbids replying to automatic messages and lists.
    /// </summary>
    public bool MayReply { get; init; }

    /// <summary>
    /// The topmost Authentication-Results header, which the last server added; empty if there is none.
    /// </summary>
    public string AuthenticationResults { get; init; } = "";

    /// <summary>A hash of Message-ID and body, independent of the route the message took.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>
    /// Whether the server with this authserv-id authenticated the author's domain: by DMARC, or by DKIM or SPF for that
    /// domain or a parent of it.
    /// </summary>
    public bool IsAuthenticatedBy(string authservId)
    {
        var at = From.LastIndexOf('@');
        if (authservId.Length == 0 || at <= 0 ||
            !Results.TryParse(Encoding.UTF8.GetBytes(AuthenticationResults), out var results) ||
            !string.Equals(results.AuthenticationServiceIdentifier, authservId, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var domain = From[(at + 1)..];
        return results.Results.Any(result => result.Result.Equals("pass", StringComparison.OrdinalIgnoreCase) &&
            result.Method.ToLowerInvariant() switch
            {
                "dmarc" => AppliesTo(result, domain, "from"),
                "dkim" => AppliesTo(result, domain, "d", "i"),
                "spf" => AppliesTo(result, domain, "mailfrom"),
                _ => false,
            });
    }

    internal static MailFacts Create(InboundMail mail, ReadOnlySpan<byte> bytes)
    {
        var messageId = mail.Header("Message-ID").Trim('<', '>', ' ');
        return new MailFacts
        {
            MessageId = messageId,
            From = MailboxAddress.TryParse(mail.From, out var from) ? from.Address : "",
            Subject = mail.Subject,
            Addressees =
            [
                .. mail.Headers.Where(h => AddresseeHeaders.Contains(h.Field))
                    .Take(20).SelectMany(
                        h => RecipientExtractor.FindAddresses(h.Value[..Math.Min(h.Value.Length, 2000)]))
                    .Select(found => found.Address).Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            MayReply = mail.Header("Return-Path") != "<>" && mail.Header("List-Id").Length == 0 &&
                mail.Header("List-Unsubscribe").Length == 0 && mail.Header("List-Post").Length == 0 &&
                mail.Header("Auto-Submitted").ToLowerInvariant() is "" or "no" &&
                mail.Header("Precedence").ToLowerInvariant() is not ("bulk" or "junk" or "list" or "auto_reply") &&
                mail.Header("X-Auto-Response-Suppress").Length == 0,
            AuthenticationResults = mail.Header("Authentication-Results"),
            ContentHash = ComputeContentHash(messageId, bytes),
        };
    }

    /// <summary>Headers are excluded, because each server on the route adds its own.</summary>
    private static string ComputeContentHash(string messageId, ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{messageId}\n"));
        var end = bytes.IndexOf("\n\n"u8);
        var crlf = bytes.IndexOf("\r\n\r\n"u8);
        end = end < 0 || (crlf >= 0 && crlf < end) ? crlf : end;
        var body = messageId.Length > 0 && end >= 0 ? bytes[end..] : bytes;
        foreach (var range in body.Split((byte)'\n'))
        {
            // Line endings depend on how the message was fetched.
            hash.AppendData(body[range].TrimEnd((byte)'\r'));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool AppliesTo(AuthenticationMethodResult result, string domain, params string[] properties) =>
        result.Properties.Any(property => properties.Contains(property.Property, StringComparer.OrdinalIgnoreCase) &&
            IsSameOrParentDomain(property.Value[(property.Value.LastIndexOf('@') + 1)..], domain));

    private static bool IsSameOrParentDomain(string parent, string domain) =>
        parent.Contains('.', StringComparison.Ordinal) &&
        (domain.Equals(parent, StringComparison.OrdinalIgnoreCase) ||
            domain.EndsWith($".{parent}", StringComparison.OrdinalIgnoreCase));
}
