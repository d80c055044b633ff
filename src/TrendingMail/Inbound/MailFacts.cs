using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using TrendingMail.Inbound.Reports;
using Results = MimeKit.Cryptography.AuthenticationResults;

namespace TrendingMail.Inbound;

/// <summary>What the desk needs to know of a mail beside what it is.</summary>
public sealed record MailFacts
{
    /// <summary>The headers that say to whom a mail was sent.</summary>
    private static readonly HashSet<string> Addressed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "X-Envelope-To", "To",
    };

    public static MailFacts None { get; } = new();

    /// <summary>Without angle brackets; empty where there is none.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>The author's address; empty where there is none.</summary>
    public string From { get; init; } = "";

    public string Subject { get; init; } = "";

    /// <summary>The addresses it was sent to, by envelope and header.</summary>
    public IReadOnlyList<string> Addressees { get; init; } = [];

    /// <summary>
    /// Whether something may be sent in answer: RFC 3834 section 2 forbids it for what machines and lists write.
    /// </summary>
    public bool MayAnswer { get; init; }

    /// <summary>The topmost Authentication-Results, which the last server wrote; empty where there is none.</summary>
    public string AuthenticationResults { get; init; } = "";

    /// <summary>A hash of Message-ID and content, the same whatever way the mail came.</summary>
    public string Digest { get; init; } = "";

    /// <summary>
    /// Whether the server of that name found the author's domain genuine: DMARC, or DKIM or SPF for that very domain or
    /// one above it.
    /// </summary>
    public bool IsGenuine(string server)
    {
        var at = From.LastIndexOf('@');
        if (server.Length == 0 || at <= 0 ||
            !Results.TryParse(Encoding.UTF8.GetBytes(AuthenticationResults), out var results) ||
            !string.Equals(results.AuthenticationServiceIdentifier, server, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var domain = From[(at + 1)..];
        return results.Results.Any(result => result.Result.Equals("pass", StringComparison.OrdinalIgnoreCase) &&
            result.Method.ToLowerInvariant() switch
            {
                "dmarc" => Names(result, domain, "from"),
                "dkim" => Names(result, domain, "d", "i"),
                "spf" => Names(result, domain, "mailfrom"),
                _ => false,
            });
    }

    internal static MailFacts Of(InboundMail mail, ReadOnlySpan<byte> bytes)
    {
        var messageId = mail.Header("Message-ID").Trim('<', '>', ' ');
        return new MailFacts
        {
            MessageId = messageId,
            From = MailboxAddress.TryParse(mail.From, out var from) ? from.Address : "",
            Subject = mail.Subject,
            Addressees =
            [
                .. mail.Headers.Where(h => Addressed.Contains(h.Field))
                    .Take(20).SelectMany(h => RecipientMarks.Addresses(h.Value[..Math.Min(h.Value.Length, 2000)]))
                    .Select(found => found.Address).Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            MayAnswer = mail.Header("Return-Path") != "<>" && mail.Header("List-Id").Length == 0 &&
                mail.Header("List-Unsubscribe").Length == 0 && mail.Header("List-Post").Length == 0 &&
                mail.Header("Auto-Submitted").ToLowerInvariant() is "" or "no" &&
                mail.Header("Precedence").ToLowerInvariant() is not ("bulk" or "junk" or "list" or "auto_reply") &&
                mail.Header("X-Auto-Response-Suppress").Length == 0,
            AuthenticationResults = mail.Header("Authentication-Results"),
            Digest = DigestOf(messageId, bytes),
        };
    }

    /// <summary>Headers are left away: each server on the way adds its own.</summary>
    private static string DigestOf(string messageId, ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{messageId}\n"));
        var end = bytes.IndexOf("\n\n"u8);
        var crlf = bytes.IndexOf("\r\n\r\n"u8);
        end = end < 0 || (crlf >= 0 && crlf < end) ? crlf : end;
        var body = messageId.Length > 0 && end >= 0 ? bytes[end..] : bytes;
        foreach (var range in body.Split((byte)'\n'))
        {
            // Lines end in one way or another, by how the mail was fetched.
            hash.AppendData(body[range].TrimEnd((byte)'\r'));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool Names(AuthenticationMethodResult result, string domain, params string[] properties) =>
        result.Properties.Any(property => properties.Contains(property.Property, StringComparer.OrdinalIgnoreCase) &&
            IsOrIsAbove(property.Value[(property.Value.LastIndexOf('@') + 1)..], domain));

    private static bool IsOrIsAbove(string parent, string domain) =>
        parent.Contains('.', StringComparison.Ordinal) &&
        (domain.Equals(parent, StringComparison.OrdinalIgnoreCase) ||
            domain.EndsWith($".{parent}", StringComparison.OrdinalIgnoreCase));
}
