using TrendingMail.Inbound.Reports;
using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound;

/// <summary>What a mail asks for that is no report.</summary>
internal static class Requests
{
    private const int FirstLines = 3;

    private const int LongestLine = 80;

    private static readonly string[] SubscribeAddresses = ["subscribe@", "subscribe+", "+subscribe", "-subscribe"];

    private static readonly ILookup<string, string> Words =
        RuleFile.Read("requests.tsv", 2).ToLookup(f => f[0], f => f[1]);

    public static InboundKind KindOf(InboundMail mail, ReportText report, Evidence evidence)
    {
        // Mail programs that unsubscribe for their reader say that they do so by themselves (Apple Mail).
        if (evidence.IsAutoReply && !mail.Subject.Equals("unsubscribe", StringComparison.OrdinalIgnoreCase))
        {
            return InboundKind.AutoReply;
        }

        if (evidence.IsBulk ||
            mail.Header("Auto-Submitted").StartsWith("auto-generated", StringComparison.OrdinalIgnoreCase))
        {
            return InboundKind.Other;
        }

        var to = $"{mail.Header("To")} {mail.Header("Delivered-To")} {mail.Header("X-Original-To")}".ToLowerInvariant();
        string[] lines =
        [
            WithoutReply(mail.Subject), .. report.Lines
                .Where(line => line.Length > 0 && line[0] != '>')
                .Take(FirstLines),
        ];
        var wishes = lines.Where(line => line.Length <= LongestLine)
            .Select(line => line.Trim(' ', '.', '!', '"', '\'', '*', '<', '>').ToLowerInvariant()).ToArray();
        if (to.Contains("unsubscribe", StringComparison.Ordinal) ||
            wishes.Any(wish => Words["unsubscribe"].Any(word => Says(wish, word))))
        {
            return InboundKind.Unsubscribe;
        }

        return SubscribeAddresses.Any(part => to.Contains(part, StringComparison.Ordinal)) ||
            wishes.Any(wish => Words["subscribe"].Contains(wish, StringComparer.Ordinal))
            ? InboundKind.Subscribe
            : InboundKind.Other;
    }

    /// <summary>
    /// Whether a line has the word; one that ends with <c>*</c> may go on. "Unsubscribed" tells, and asks for nothing.
    /// </summary>
    private static bool Says(string line, string word)
    {
        var root = word.TrimEnd('*');
        var end = line.IndexOf(root, StringComparison.Ordinal) + root.Length;
        return end >= root.Length &&
            (end == line.Length || word.Length > root.Length || !char.IsAsciiLetter(line[end]));
    }

    private static string WithoutReply(string subject)
    {
        var text = subject.Trim();
        while (text.Length > 3 && text.IndexOf(':', StringComparison.Ordinal) is > 0 and <= 4 and var colon)
        {
            text = text[(colon + 1)..].Trim();
        }

        return text;
    }
}
