using System.Security.Cryptography;
using System.Text;
using MimeKit;
using TrendingMail.Delivery.Replies.Rules;
using TrendingMail.Inbound.Classification.ProviderEvents;
using TrendingMail.Inbound.Classification.Reports;
using TrendingMail.Inbound.Classification.Rules;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.Inbound.DomainReports.Parsing;

namespace TrendingMail.Inbound.Classification;

/// <summary>
/// Classifies an inbound message. A pure function of the bytes: it accepts any input and has no side effects.
/// </summary>
public static class Classifier
{
    private const int MaximumAddressLength = 320;

    /// <summary>The feedback report fields that may name the complaining recipient.</summary>
    private static readonly string[] ComplainantFields = ["Original-Rcpt-To", "Removal-Recipient", "Redacted-Address"];

    public static ClassifiedMessage Classify(ReadOnlyMemory<byte> bytes) => Classify(bytes, null);

    /// <param name="rules">The rules for servers' replies; the product's own if null.</param>
    internal static ClassifiedMessage Classify(ReadOnlyMemory<byte> bytes, ReplyRules? rules)
    {
        InboundMail mail;
        try
        {
            mail = InboundMail.Read(bytes);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException or ArgumentException)
        {
            return new ClassifiedMessage
            {
                Kind = InboundKind.Other,
                Detail = $"Not a valid message: {e.Message}",
                IsUnreadable = true,
                Facts = new MailFacts { ContentHash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) },
            };
        }

        var facts = MailFacts.Create(mail, bytes.Span);
        return SnsMail.Parse(mail.Text) is { } providerEvent
            // The same event may also arrive by webhook, so it needs the same hash.
            ? providerEvent with { Facts = facts with { ContentHash = providerEvent.Facts.ContentHash } }
            : (ClassifyDomainReports(mail, bytes) ?? Classify(mail, rules)) with { Facts = facts };
    }

    /// <returns>Null if the message carries no report on a domain.</returns>
    private static ClassifiedMessage? ClassifyDomainReports(InboundMail mail, ReadOnlyMemory<byte> bytes) =>
        mail is { MayHaveDomainReport: true, HasDeliveryStatus: false, FeedbackReport: null } &&
        ReportMail.Read(bytes) is { Count: > 0 } reports
            ? new ClassifiedMessage { Kind = InboundKind.Other, DomainReports = reports }
            : null;

    private static ClassifiedMessage Classify(InboundMail mail, ReplyRules? rules)
    {
        var report = ReportText.Parse(mail.Text);
        var returnedHeaders = mail.ReturnedHeaders
            ?? (report.OriginalMessage.Length > 0 ? InboundMail.ParseHeaders(report.OriginalMessage) : null);
        var returned = ParseReturnedMail(returnedHeaders);
        if (mail.FeedbackReport is not null ||
            KindRules.Points(InboundKind.Complaint, "", "", ToLowerCaseText(report)) >= 2)
        {
            return ClassifyComplaint(mail, returned);
        }

        var bounceHeuristics = new BounceHeuristics(mail, report);
        return bounceHeuristics.IsBounce ? ClassifyBounce(mail, report, returned, bounceHeuristics, rules)
            : new ClassifiedMessage
            {
                Kind = RequestClassifier.Classify(mail, report, bounceHeuristics),
                Returned = returned
            };
    }

    private static ClassifiedMessage ClassifyComplaint(InboundMail mail, ReturnedMail returned)
    {
        var fields = ReportFields.ParseAll(mail.FeedbackReport ?? mail.Text);
        string[] addresses =
        [
            .. ComplainantFields.Select(name => fields[name]).Append(returned.To)
                .SelectMany(value => (value ?? "").Split('\n'))
                .Select(ReportFields.ParseAddress).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        return new ClassifiedMessage
        {
            Kind = InboundKind.Complaint,
            Detail = (fields["Feedback-Type"] ?? "abuse").ToLowerInvariant().Split('\n')[0],
            Returned = returned,
            FeedbackDomain = DomainName.Parse(fields["Reported-Domain"]?.Split('\n')[0]),
            Recipients = [.. addresses.Take(1).Select(address => new ReportedRecipient
            {
                Address = address,
                Action = RecipientAction.Delivered,
                Diagnostic = fields["User-Agent"] ?? "",
            })],
        };
    }

    private static ClassifiedMessage ClassifyBounce(
        InboundMail mail, ReportText report, ReturnedMail returned, BounceHeuristics heuristics, ReplyRules? rules)
    {
        var groups = ReportFields.ParseRecipients(mail.DeliveryStatus ?? mail.Text);
        var reportAddressee = ReportFields.ParseAddress(mail.Header("To"));
        var extractedRecipients = RecipientExtractor.Extract(report.Lines, reportAddressee);
        string[] addresses =
        [
            .. (groups.Count > 0 ? groups.Select(group => group.Address!) : extractedRecipients.Select(r => r.Address))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        var recipients = groups.Count > 0
            ? groups.Select(group => InterpretGroup(group, addresses, extractedRecipients, report, heuristics, rules))
            : InterpretText(mail, report, returned, addresses, extractedRecipients, heuristics, rules);
        return new ClassifiedMessage
        {
            Kind = InboundKind.Bounce,
            Returned = returned,
            Recipients = [.. recipients.DistinctBy(r => r.Address, StringComparer.OrdinalIgnoreCase)],
        };
    }

    private static ReportedRecipient InterpretGroup(
        ReportFields group, string[] addresses, IReadOnlyList<ExtractedRecipient> extractedRecipients,
        ReportText report, BounceHeuristics heuristics, ReplyRules? rules)
    {
        var address = group.Address!;
        var extracted = extractedRecipients.FirstOrDefault(
            recipient => recipient.Address.Equals(address, StringComparison.OrdinalIgnoreCase))?.Text;
        var texts = addresses.Length == 1
            ? [extracted ?? "", string.Join('\n', report.Lines)]
            : RecipientMentions.Find(report.Lines, address, addresses);

        var action = (group["Action"] ?? "").Split(' ', '(')[0].ToLowerInvariant() switch
        {
            "failed" => RecipientAction.Failed,
            "delayed" => RecipientAction.Delayed,
            "delivered" => RecipientAction.Delivered,
            "relayed" => RecipientAction.Relayed,
            "expanded" => RecipientAction.Expanded,
            _ => heuristics.Action,
        };
        return RecipientInterpreter.Interpret(
            address, action, group["Status"], group["Diagnostic-Code"] ?? "", texts, rules);
    }

    private static IEnumerable<ReportedRecipient> InterpretText(
        InboundMail mail, ReportText report, ReturnedMail returned, string[] addresses,
        IReadOnlyList<ExtractedRecipient> extractedRecipients, BounceHeuristics heuristics, ReplyRules? rules)
    {
        var fullText = string.Join('\n', report.Lines);
        if (addresses.Length > 1)
        {
            return addresses.Select(recipient => RecipientInterpreter.Interpret(
                recipient, heuristics.Action, null, "",
                RecipientMentions.Find(report.Lines, recipient, addresses), rules));
        }

        var failedRecipients = mail.Header("X-Failed-Recipients").Split(',')
            .Select(ReportFields.ParseAddress).OfType<string>().ToArray();
        if (extractedRecipients.Count == 0 && failedRecipients.Length > 1)
        {
            return failedRecipients.Select(recipient => RecipientInterpreter.Interpret(
                recipient, heuristics.Action, null, "", [fullText], rules));
        }

        var extractedRecipient = extractedRecipients.Count > 0 ? extractedRecipients[0] : null;
        var address = extractedRecipient?.Address
            ?? (failedRecipients.Length > 0 ? failedRecipients[0] : returned.To) ??
            ReportFields.ParseAddress(mail.Header("X-Original-To")) ?? "";
        return [RecipientInterpreter.Interpret(
            address, heuristics.Action, null, "", [extractedRecipient?.Text ?? "", fullText, mail.Subject], rules)];
    }

    private static ReturnedMail ParseReturnedMail(HeaderList? headers) => headers is null ? new() : new()
    {
        MessageId = headers[HeaderId.MessageId]?.Trim().Trim('<', '>'),
        FeedbackId = headers["Feedback-ID"]?.Trim(),
        ReturnPath = ReportFields.ParseAddress(headers[HeaderId.ReturnPath]),
        ListUnsubscribe = headers[HeaderId.ListUnsubscribe]?.Trim(),
        To = ReportFields.ParseAddress(headers[HeaderId.To]) is { Length: <= MaximumAddressLength } to ? to : null,
    };

    private static string ToLowerCaseText(ReportText report) =>
        string.Join(' ', report.Lines.Take(20)).ToLowerInvariant();
}
