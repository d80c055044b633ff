using System.Security.Cryptography;
using System.Text;
using MimeKit;
using TrendingMail.Inbound.Reports;
using TrendingMail.Inbound.Rules;
using TrendingMail.Inbound.Webhooks;

namespace TrendingMail.Inbound;

/// <summary>
/// Says what a mail is. Any bytes at all are taken; it looks at nothing else, and changes nothing.
/// </summary>
public static class Classifier
{
    private const int MaximumAddress = 320;

    /// <summary>The fields of a feedback report that name who complains.</summary>
    private static readonly string[] ComplainingFields = ["Original-Rcpt-To", "Removal-Recipient", "Redacted-Address"];

    public static Classification Classify(ReadOnlyMemory<byte> bytes)
    {
        InboundMail mail;
        try
        {
            mail = InboundMail.Read(bytes);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException or ArgumentException)
        {
            return new Classification
            {
                Kind = InboundKind.Other,
                Detail = $"This is no mail: {e.Message}",
                Facts = new MailFacts { Digest = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) },
            };
        }

        var facts = MailFacts.Of(mail, bytes.Span);
        return SnsMail.Read(mail.Text) is { } ofProvider
            // The same event may also be posted to us.
            ? ofProvider with { Facts = facts with { Digest = ofProvider.Facts.Digest } }
            : Classify(mail) with { Facts = facts };
    }

    private static Classification Classify(InboundMail mail)
    {
        var report = ReportText.Of(mail.Text);
        var head = mail.Returned ?? (report.Original.Length > 0 ? InboundMail.HeadersOf(report.Original) : null);
        var returned = ReturnedOf(head);
        if (mail.Feedback is not null || NoticeRules.Points(InboundKind.Complaint, "", "", Lower(report)) >= 2)
        {
            return Complaint(mail, returned);
        }

        var evidence = new Evidence(mail, report);
        return evidence.IsBounce ? Bounce(mail, report, returned, evidence)
            : new Classification { Kind = Requests.KindOf(mail, report, evidence), Returned = returned };
    }

    private static Classification Complaint(InboundMail mail, ReturnedMail returned)
    {
        var fields = ReportFields.Whole(mail.Feedback ?? mail.Text);
        string[] addresses =
        [
            .. ComplainingFields.Select(name => fields[name]).Append(returned.To)
                .SelectMany(value => (value ?? "").Split('\n'))
                .Select(ReportFields.Usable).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        return new Classification
        {
            Kind = InboundKind.Complaint,
            Detail = (fields["Feedback-Type"] ?? "abuse").ToLowerInvariant().Split('\n')[0],
            Returned = returned,
            Recipients = [.. addresses.Take(1).Select(address => new ReportedRecipient
            {
                Address = address,
                Action = RecipientAction.Delivered,
                Diagnostic = fields["User-Agent"] ?? "",
            })],
        };
    }

    private static Classification Bounce(InboundMail mail, ReportText report, ReturnedMail returned, Evidence evidence)
    {
        var groups = ReportFields.Recipients(mail.Status ?? mail.Text);
        var sender = ReportFields.Usable(mail.Header("To"));
        var marks = RecipientMarks.Find(report.Lines, sender);
        var recipients = groups.Count > 0
            ? groups.Select(group => OfGroup(group, groups.Count, marks, report, evidence))
            : OfText(mail, report, returned, marks, evidence);
        return new Classification
        {
            Kind = InboundKind.Bounce,
            Returned = returned,
            Recipients = [.. recipients.DistinctBy(r => r.Address, StringComparer.OrdinalIgnoreCase)],
        };
    }

    private static ReportedRecipient OfGroup(
        ReportFields group, int groups, IReadOnlyList<Mark> marks, ReportText report, Evidence evidence)
    {
        var address = group.Address!;
        var words = marks.FirstOrDefault(
            mark => mark.Address.Equals(address, StringComparison.OrdinalIgnoreCase))?.Words;
        if (words is null || groups == 1)
        {
            words = groups == 1
                ? string.Join('\n', report.Lines)
                : string.Join('\n', report.Lines.Where(
                    line => line.Contains(address, StringComparison.OrdinalIgnoreCase)));
        }

        var action = (group["Action"] ?? "").Split(' ', '(')[0].ToLowerInvariant() switch
        {
            "failed" => RecipientAction.Failed,
            "delayed" => RecipientAction.Delayed,
            "delivered" => RecipientAction.Delivered,
            "relayed" => RecipientAction.Relayed,
            "expanded" => RecipientAction.Expanded,
            _ => evidence.Action,
        };
        return Judgement.Of(address, action, group["Status"], group["Diagnostic-Code"] ?? "", words);
    }

    private static IEnumerable<ReportedRecipient> OfText(
        InboundMail mail, ReportText report, ReturnedMail returned, IReadOnlyList<Mark> marks, Evidence evidence)
    {
        var whole = string.Join('\n', report.Lines);
        if (marks.Count > 1)
        {
            return marks.Select(mark => Judgement.Of(mark.Address, evidence.Action, null, "", mark.Words));
        }

        var failed = mail.Header("X-Failed-Recipients").Split(',')
            .Select(ReportFields.Usable).OfType<string>().ToArray();
        if (marks.Count == 0 && failed.Length > 1)
        {
            return failed.Select(address => Judgement.Of(address, evidence.Action, null, "", whole));
        }

        var mark = marks.Count > 0 ? marks[0] : null;
        var address = mark?.Address ?? (failed.Length > 0 ? failed[0] : returned.To) ??
            ReportFields.Usable(mail.Header("X-Original-To")) ?? "";
        return [Judgement.Of(address, evidence.Action, null, "", $"{mark?.Words}\n{whole}\n{mail.Subject}")];
    }

    private static ReturnedMail ReturnedOf(HeaderList? headers) => headers is null ? new() : new()
    {
        MessageId = headers[HeaderId.MessageId]?.Trim().Trim('<', '>'),
        FeedbackId = headers["Feedback-ID"]?.Trim(),
        ReturnPath = ReportFields.Usable(headers[HeaderId.ReturnPath]),
        ListUnsubscribe = headers[HeaderId.ListUnsubscribe]?.Trim(),
        To = ReportFields.Usable(headers[HeaderId.To]) is { Length: <= MaximumAddress } to ? to : null,
    };

    private static string Lower(ReportText report) =>
        string.Join(' ', report.Lines.Take(20)).ToLowerInvariant();
}
