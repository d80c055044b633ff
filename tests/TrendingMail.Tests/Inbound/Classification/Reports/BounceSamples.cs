using System.Text;
using System.Text.RegularExpressions;
using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.Mailboxes;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Inbound.Classification.Reports;

/// <summary>Reads the real bounces and the documented replies, which are not part of the repository.</summary>
public static partial class BounceSamples
{
    /// <summary>
    /// The real bounces' reasons and ours. Any of the listed reasons is correct; unlisted reasons are not checked.
    /// </summary>
    private static readonly Dictionary<string, BounceReason[]> Reasons = new()
    {
        ["userunknown"] = [BounceReason.UserUnknown],
        ["hasmoved"] = [BounceReason.UserUnknown],
        ["filtered"] = [BounceReason.UserUnknown, BounceReason.Policy],
        ["hostunknown"] = [BounceReason.HostUnknown],
        ["notaccept"] = [BounceReason.HostUnknown],
        ["mailboxfull"] = [BounceReason.MailboxFull],
        ["mesgtoobig"] = [BounceReason.TooBig],
        ["exceedlimit"] = [BounceReason.TooBig],
        ["rejected"] = [BounceReason.Blocked, BounceReason.Policy],
        ["blocked"] = [BounceReason.Blocked],
        ["badreputation"] = [BounceReason.Blocked],
        ["requireptr"] = [BounceReason.Blocked],
        ["policyviolation"] = [BounceReason.Policy],
        ["securityerror"] = [BounceReason.Policy],
        ["norelaying"] = [BounceReason.Policy],
        ["notcompliantrfc"] = [BounceReason.Policy],
        ["authfailure"] = [BounceReason.AuthFailed],
        ["spamdetected"] = [BounceReason.SpamContent, BounceReason.ContentError],
        ["virusdetected"] = [BounceReason.SpamContent, BounceReason.ContentError],
        ["contenterror"] = [BounceReason.SpamContent, BounceReason.ContentError],
        ["suspend"] = [BounceReason.Suspended],
        ["expired"] = [BounceReason.Expired],
        ["networkerror"] = [BounceReason.NetworkError],
        ["failedstarttls"] = [BounceReason.NetworkError],
        ["toomanyconn"] = [BounceReason.RateLimited],
        ["speeding"] = [BounceReason.RateLimited],
        ["systemerror"] = [BounceReason.SystemError],
        ["mailererror"] = [BounceReason.SystemError],
        ["systemfull"] = [BounceReason.SystemError],
    };

    /// <summary>Reads the real bounces of a folder with <c>expected.tsv</c> and <c>mails</c>.</summary>
    public static async Task<IReadOnlyList<BounceSample>> ReadMailsAsync(
        string folder, CancellationToken cancellationToken)
    {
        var samples = new List<BounceSample>();
        foreach (var rows in ReadTable(Path.Combine(folder, "expected.tsv")).GroupBy(row => row[0]))
        {
            var mails = await MailFiles.ReadAsync(Path.Combine(folder, "mails", rows.Key), cancellationToken)
                .Select(mail => mail.Bytes.ToArray()).ToListAsync(cancellationToken);
            var kind = rows.First()[4] switch
            {
                "feedback" => InboundKind.Complaint,
                "vacation" => InboundKind.AutoReply,
                _ => InboundKind.Bounce,
            };
            samples.Add(new BounceSample(
                rows.Key, FilePrefix().Match(rows.Key).Groups[1].Value, mails, kind,
                [
                    .. rows.Select(row => new ExpectedRecipient(
                        row[7], Reasons.GetValueOrDefault(row[4]) ?? [],
                        Reasons.ContainsKey(row[4]) ? row[5] == "true" : null)),
                ]));
        }

        return samples;
    }

    /// <summary>Reads a table of documented replies, each as a report without any other text.</summary>
    public static IReadOnlyList<BounceSample> ReadReplies(string file) =>
    [
        .. ReadTable(file).Select(row => new BounceSample(
            $"{row[2]} {row[3]} {row[4]}", row[0], [ToReport(row[2], row[3], FillIn(row[4]))], InboundKind.Bounce,
            [
                new ExpectedRecipient(
                    "ada@example.net", row[5] == "other" ? [] : [ColumnTypes.FromColumn<BounceReason>(row[5])],
                    row[6] == "true"),
            ])),
    ];

    private static IEnumerable<string[]> ReadTable(string file) =>
        File.ReadLines(file).Skip(1).Select(line => line.Split('\t'));

    private static byte[] ToReport(string code, string status, string text) => Encoding.UTF8.GetBytes(
        $"""
        Return-Path: <>
        From: MAILER-DAEMON@mx.example.org
        To: bounces@example.org
        Subject: Undelivered Mail
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=part

        --part
        Content-Type: text/plain

        Your message could not be delivered.

        --part
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; ada@example.net
        Action: failed
        Status: {(status.Length > 0 ? status : code.StartsWith('4') ? "4.0.0" : "5.0.0")}
        Diagnostic-Code: smtp; {$"{code} {status} {text}".Trim()}

        --part--
        """);

    private static string FillIn(string text) => Placeholder().Replace(text, match => match.Groups[1].Value switch
    {
        "addr" => "<ada@example.net>",
        "ip" => "192.0.2.1",
        "domain" => "example.net",
        "host" => "mx.example.net",
        "list" => "bl.example.net",
        "n" => "12",
        "name" => "ada",
        "id" => "abc123",
        "url" => "https://example.net/help",
        _ => match.Value,
    });

    [GeneratedRegex("^(?:lhost-|rhost-)?(.+?)-[0-9]+[.]eml$")]
    private static partial Regex FilePrefix();

    [GeneratedRegex("<([a-z]+)>")]
    private static partial Regex Placeholder();
}
