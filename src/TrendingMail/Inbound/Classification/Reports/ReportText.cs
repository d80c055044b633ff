using TrendingMail.Delivery.Replies;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>The human-readable text of a report, split from the returned message that follows it.</summary>
/// <param name="Lines">The lines of the report, without trailing white space.</param>
/// <param name="OriginalMessage">The start of the returned message; empty if it was not included.</param>
internal sealed record ReportText(IReadOnlyList<string> Lines, string OriginalMessage)
{
    private const int MaximumLines = 400;

    private static readonly string[] FirstHeaders =
    [
        "Received:", "Return-Path:", "DKIM-Signature:", "X-Received:", "Delivered-To:", "X-Google-Smtp-Source:",
        "DomainKey-Signature:", "X-YMail-OSG:", "Message-ID:",
    ];

    public static ReportText Parse(string text)
    {
        var lines = new List<string>();
        var start = 0;
        while (start < text.Length && lines.Count < MaximumLines)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var line = text.AsSpan(start, end - start).TrimEnd();
            if (lines.Count > 0 && StartsOriginalMessage(line, lines))
            {
                return new ReportText(lines, text[start..]);
            }

            lines.Add(line.Length > 2000 ? line[..2000].ToString() : line.ToString());
            start = end + 1;
        }

        return new ReportText(lines, "");
    }

    private static bool StartsOriginalMessage(ReadOnlySpan<char> line, List<string> previousLines)
    {
        foreach (var header in FirstHeaders)
        {
            // Some reports quote single headers in running text; only those after an empty or dashed line count.
            if (line.StartsWith(header, StringComparison.OrdinalIgnoreCase) && previousLines[^1] is "" or ['-', ..])
            {
                return true;
            }
        }

        return line.Length < 200 && line.ContainsAny(ReportPhrases.OriginalMessage);
    }
}
