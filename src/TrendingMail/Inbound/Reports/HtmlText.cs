using System.Net;
using System.Text;

namespace TrendingMail.Inbound.Reports;

/// <summary>What a report says that is written in HTML only: enough to find words in it, in one pass.</summary>
internal static class HtmlText
{
    private const int LongestTag = 2000;

    private static readonly string[] Unread = ["style", "script", "head"];

    public static string Of(string html)
    {
        var text = new StringBuilder(html.Length);
        var rest = html.AsSpan();
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('<');
            text.Append(open < 0 ? rest : rest[..open]);
            rest = open < 0 ? [] : rest[open..];
            if (rest.IsEmpty)
            {
                break;
            }

            var close = rest[..Math.Min(rest.Length, LongestTag)].IndexOf('>');
            if (close < 0)
            {
                text.Append('<');
                rest = rest[1..];
                continue;
            }

            var tag = rest[1..close];
            rest = rest[(close + 1)..];
            var ends = tag is ['/' or 'p' or 'd' or 't', ..] ||
                tag.StartsWith("br", StringComparison.OrdinalIgnoreCase);
            text.Append(ends ? '\n' : ' ');
            rest = rest[Skipped(tag, rest)..];
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    /// <summary>How far what a tag opens is not for people; all of the rest where it is never closed.</summary>
    private static int Skipped(ReadOnlySpan<char> tag, ReadOnlySpan<char> rest)
    {
        foreach (var name in Unread)
        {
            if (tag.Equals(name, StringComparison.OrdinalIgnoreCase) ||
                tag.StartsWith($"{name} ", StringComparison.OrdinalIgnoreCase))
            {
                var end = rest.IndexOf($"</{name}", StringComparison.OrdinalIgnoreCase);
                return end >= 0 ? end : rest.Length;
            }
        }

        return 0;
    }
}
