using System.Text.RegularExpressions;
using TrendingMail.Inbound.Classification.Reports;

namespace TrendingMail.Inbound.Classification;

/// <summary>
/// Classifies messages that are not reports: auto-replies, and requests to subscribe or unsubscribe. A message is a
/// request only if its subject or its text is nothing but the command, or if it is addressed to one. Whatever merely
/// mentions a command is for a person.
/// </summary>
internal static partial class RequestClassifier
{
    public static InboundKind Classify(InboundMail mail, ReportText report, BounceHeuristics heuristics)
    {
        // Mail programs mark the requests that they send for the user as automatic.
        if (TokenRequest().IsMatch(mail.Subject.Trim()) ||
            mail.Subject.Equals("unsubscribe", StringComparison.OrdinalIgnoreCase))
        {
            return heuristics.IsBulk ? InboundKind.Other : InboundKind.Unsubscribe;
        }

        if (heuristics.IsAutoReply)
        {
            return InboundKind.AutoReply;
        }

        if (heuristics.IsBulk ||
            mail.Header("Auto-Submitted").StartsWith("auto-", StringComparison.OrdinalIgnoreCase))
        {
            return InboundKind.Other;
        }

        string[] addressees =
        [
            .. RecipientExtractor.FindAddresses(
                $"{mail.Header("To")} {mail.Header("Delivered-To")} {mail.Header("X-Original-To")}")
                .Select(found => found.Address.ToLowerInvariant()),
        ];
        string[] texts = [StripReplyPrefixes(mail.Subject), RequestText.ExtractBody(report.Lines)];
        return Array.Exists(addressees, address => IsCommandAddress(address, "unsubscribe")) ||
            Array.Exists(texts, text => RequestText.IsCommand(text, "unsubscribe"))
            ? InboundKind.Unsubscribe
            : Array.Exists(addressees, address => IsCommandAddress(address, "subscribe")) ||
                Array.Exists(texts, text => RequestText.IsCommand(text, "subscribe"))
            ? InboundKind.Subscribe
            : InboundKind.Other;
    }

    /// <summary>Whether the local part is the command, or has it before or after a separator.</summary>
    private static bool IsCommandAddress(string address, string command)
    {
        var localPart = address.AsSpan(0, Math.Max(address.LastIndexOf('@'), 0));
        return localPart.SequenceEqual(command)
            || localPart.EndsWith($"+{command}") || localPart.EndsWith($"-{command}")
            || localPart.StartsWith($"{command}+") || localPart.StartsWith($"{command}-");
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

    /// <summary>The subject of the mailto URL in List-Unsubscribe; the caller verifies the token.</summary>
    [GeneratedRegex(@"^unsubscribe[ +]+[\w.-]{20,200}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TokenRequest();
}
