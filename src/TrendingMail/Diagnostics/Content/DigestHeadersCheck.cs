using MimeKit;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Identity;

namespace TrendingMail.Diagnostics.Content;

/// <summary>
/// Whether the digest's header follows RFC 5322, 2369, 2919 and 8058, and its lines are short enough. While mail goes
/// to the outbox, an identity on this machine is no more than unfinished.
/// </summary>
internal sealed class DigestHeadersCheck(NewestDigest digests, MailOptions mail) : DigestCheck(
    digests, "digest-headers", "the header of the newest digest: one-click unsubscribing (RFC 8058) and the rest")
{
    /// <summary>RFC 5322 section 2.1.1, without the CRLF.</summary>
    private const int MaximumLine = 998;

    private static readonly string[] Once =
        ["From", "To", "Subject", "Date", "Message-Id", "MIME-Version", "List-Id", "List-Unsubscribe"];

    protected override Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken) =>
        Task.FromResult(Judge(digest, mail.Transport));

    internal static IReadOnlyList<Finding> Judge(ComposedDigest digest, TransportKind transport) =>
    [
        .. JudgeFields(digest.Message).Concat(JudgeIdentity(digest.Message, transport))
            .Concat(JudgeUnsubscribing(digest.Message)).Concat(JudgeForm(digest))
            .DefaultIfEmpty(Finding.Good("The header is complete, with one-click unsubscribing.") with
            {
                Evidence =
                [
                    .. digest.Message.Headers
                        .Where(header => header.Field.StartsWith("List-", StringComparison.OrdinalIgnoreCase))
                        .Select(header => $"{header.Field}: {header.Value}"),
                ],
            }),
    ];

    private static IEnumerable<Finding> JudgeFields(MimeMessage message)
    {
        foreach (var field in Once)
        {
            var count = message.Headers.Count(
                header => header.Field.Equals(field, StringComparison.OrdinalIgnoreCase));
            if (count != 1)
            {
                yield return Finding.Bad($"The message has {(count == 0 ? "no" : $"{count}")} {field} field" +
                    (count > 1 ? "s." : "."), $"Write exactly one {field} field.").About(field);
            }
        }

        if (string.IsNullOrWhiteSpace(message.Subject))
        {
            yield return Finding.Bad("The subject is empty.", "Correct templates/mail/digest.subject.")
                .About("Subject");
        }
    }

    private static IEnumerable<Finding> JudgeIdentity(MimeMessage message, TransportKind transport)
    {
        var verdict = transport == TransportKind.Smtp ? Verdict.Bad : Verdict.Warn;
        if (message.MessageId is { } id && InternetHost.IsThisMachine(id[(id.LastIndexOf('@') + 1)..]))
        {
            yield return new Finding(verdict, $"The Message-ID {id} names this machine only.",
                "Set Mail:From to an address at a domain of yours.")
            { Subject = "Message-ID" };
        }

        var unsubscribe = message.Headers["List-Unsubscribe"] ?? "";
        if (!unsubscribe.Contains("<https://", StringComparison.OrdinalIgnoreCase))
        {
            yield return new Finding(verdict,
                "List-Unsubscribe has no https link, which one-click unsubscribing needs.",
                "Serve the site under https, and set Site:PublicUrl to that address.")
            {
                Subject = "List-Unsubscribe", Evidence = [unsubscribe],
            };
        }
    }

    private static IEnumerable<Finding> JudgeUnsubscribing(MimeMessage message)
    {
        var unsubscribe = message.Headers["List-Unsubscribe"] ?? "";
        if (!unsubscribe.Contains("<mailto:", StringComparison.OrdinalIgnoreCase))
        {
            yield return Finding.Warn("List-Unsubscribe has no mailto link.",
                "Set Mail:ReplyTo or Mail:BounceAddress to a mailbox that the program reads.")
                    .About("List-Unsubscribe").Citing(unsubscribe);
        }

        if (message.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click")
        {
            yield return Finding.Bad("List-Unsubscribe-Post does not announce one-click unsubscribing (RFC 8058).",
                "Write 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'.").About("List-Unsubscribe-Post");
        }
    }

    private static IEnumerable<Finding> JudgeForm(ComposedDigest digest)
    {
        var longest = FindLongestLine(digest.Bytes);
        if (longest > MaximumLine)
        {
            yield return Finding.Bad($"A line has {longest} bytes; servers may break or reject lines over " +
                $"{MaximumLine}.", "Encode the part as quoted-printable or base64.").About("Form");
        }

        if (digest.Bytes.Any(value => value > 127))
        {
            yield return Finding.Warn("The message has bytes outside ASCII, which a server without 8BITMIME changes.",
                "Encode the parts as quoted-printable or base64.").About("Form");
        }
    }

    private static int FindLongestLine(ReadOnlySpan<byte> message)
    {
        var longest = 0;
        foreach (var line in message.Split("\r\n"u8))
        {
            longest = Math.Max(longest, message[line].Length);
        }

        return longest;
    }
}
