using System.Net;
using System.Text;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>Extracts text from an HTML report in one pass, accurately enough to search it for phrases.</summary>
internal static class HtmlText
{
    private const int MaximumTagLength = 2000;

    private static readonly string[] SkippedElements = ["style", "script", "head"];

    public static string ToPlainText(string html)
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

            var close = rest[..Math.Min(rest.Length, MaximumTagLength)].IndexOf('>');
            if (close < 0)
            {
                text.Append('<');
                rest = rest[1..];
                continue;
            }

            var tag = rest[1..close];
            rest = rest[(close + 1)..];
            var isLineBreak = tag is ['/' or 'p' or 'd' or 't', ..] ||
                tag.StartsWith("br", StringComparison.OrdinalIgnoreCase);
            text.Append(isLineBreak ? '\n' : ' ');
            rest = rest[GetSkippedLength(tag, rest)..];
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    /// <summary>
    /// The length of the content to skip after an opening tag such as style: up to the closing tag, or everything if it
    /// is never closed.
    /// </summary>
    private static int GetSkippedLength(ReadOnlySpan<char> tag, ReadOnlySpan<char> rest)
    {
        foreach (var name in SkippedElements)
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
