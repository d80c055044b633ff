using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound.Reports;

/// <summary>The text of a report for people, cut where the mail that came back begins.</summary>
/// <param name="Lines">The report's lines, without spaces at their ends.</param>
/// <param name="Original">What follows it: the head of the mail that came back; empty where there is none.</param>
internal sealed record ReportText(IReadOnlyList<string> Lines, string Original)
{
    private const int MaximumLines = 400;

    private static readonly string[] FirstHeaders =
    [
        "Received:", "Return-Path:", "DKIM-Signature:", "X-Received:", "Delivered-To:", "X-Google-Smtp-Source:",
        "DomainKey-Signature:", "X-YMail-OSG:", "Message-ID:",
    ];

    public static ReportText Of(string text)
    {
        var lines = new List<string>();
        var start = 0;
        while (start < text.Length && lines.Count < MaximumLines)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var line = text.AsSpan(start, end - start).TrimEnd();
            if (lines.Count > 0 && StartsOriginal(line, lines))
            {
                return new ReportText(lines, text[start..]);
            }

            lines.Add(line.Length > 2000 ? line[..2000].ToString() : line.ToString());
            start = end + 1;
        }

        return new ReportText(lines, "");
    }

    private static bool StartsOriginal(ReadOnlySpan<char> line, List<string> before)
    {
        foreach (var header in FirstHeaders)
        {
            // Some reports begin with the reported message's own headers named one by one; those stand in a sentence.
            if (line.StartsWith(header, StringComparison.OrdinalIgnoreCase) && before[^1] is "" or ['-', ..])
            {
                return true;
            }
        }

        return line.Length < 200 && line.ContainsAny(ReportWords.Original);
    }
}
