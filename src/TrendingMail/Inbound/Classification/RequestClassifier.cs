using TrendingMail.Delivery.Replies;
using TrendingMail.Inbound.Classification.Reports;

namespace TrendingMail.Inbound.Classification;

/// <summary>Classifies messages that are not reports: auto-replies, and requests to subscribe or unsubscribe.</summary>
internal static class RequestClassifier
{
    private const int InspectedLines = 3;

    private const int MaximumLineLength = 80;

    private static readonly string[] SubscribeAddresses = ["subscribe@", "subscribe+", "+subscribe", "-subscribe"];

    private static readonly ILookup<string, string> Keywords =
        RuleFile.Read("requests.tsv", 2).ToLookup(f => f[0], f => f[1]);

    public static InboundKind Classify(InboundMail mail, ReportText report, BounceHeuristics heuristics)
    {
        // Apple Mail marks the unsubscribe requests it sends for the user as automatic.
        if (heuristics.IsAutoReply && !mail.Subject.Equals("unsubscribe", StringComparison.OrdinalIgnoreCase))
        {
            return InboundKind.AutoReply;
        }

        if (heuristics.IsBulk ||
            mail.Header("Auto-Submitted").StartsWith("auto-generated", StringComparison.OrdinalIgnoreCase))
        {
            return InboundKind.Other;
        }

        var to = $"{mail.Header("To")} {mail.Header("Delivered-To")} {mail.Header("X-Original-To")}".ToLowerInvariant();
        string[] lines =
        [
            StripReplyPrefixes(mail.Subject), .. report.Lines
                .Where(line => line.Length > 0 && line[0] != '>')
                .Take(InspectedLines),
        ];
        var candidates = lines.Where(line => line.Length <= MaximumLineLength)
            .Select(line => line.Trim(' ', '.', '!', '"', '\'', '*', '<', '>').ToLowerInvariant()).ToArray();
        if (to.Contains("unsubscribe", StringComparison.Ordinal) ||
            candidates.Any(candidate => Keywords["unsubscribe"].Any(keyword => ContainsKeyword(candidate, keyword))))
        {
            return InboundKind.Unsubscribe;
        }

        return SubscribeAddresses.Any(addressPart => to.Contains(addressPart, StringComparison.Ordinal)) ||
            candidates.Any(candidate => Keywords["subscribe"].Contains(candidate, StringComparer.Ordinal))
            ? InboundKind.Subscribe
            : InboundKind.Other;
    }

    /// <summary>
    /// Whether the line contains the keyword as a whole word, or as a prefix if it ends with <c>*</c>: "unsubscribed"
    /// is a statement, not a request.
    /// </summary>
    private static bool ContainsKeyword(string line, string keyword)
    {
        var root = keyword.TrimEnd('*');
        var end = line.IndexOf(root, StringComparison.Ordinal) + root.Length;
        return end >= root.Length &&
            (end == line.Length || keyword.Length > root.Length || !char.IsAsciiLetter(line[end]));
    }

    private static string StripReplyPrefixes(string subject)
    {
        var text = subject.Trim();
        while (text.Length > 3 && text.IndexOf(':', StringComparison.Ordinal) is > 0 and <= 4 and var colon)
        {
            text = text[(colon + 1)..].Trim();
        }

        return text;
    }
}
