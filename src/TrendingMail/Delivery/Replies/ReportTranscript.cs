using System.Text.RegularExpressions;

namespace TrendingMail.Delivery.Replies;

/// <summary>Finds what the remote server said in the human-readable text of a report.</summary>
internal static partial class ReportTranscript
{
    /// <summary>Prefixes of transcript lines with the remote server's reply or the resulting error.</summary>
    private static readonly string[] ReplyPrefixes = ["<<<", "Out: 4", "Out: 5", "(reason:", "Message could not"];

    /// <summary>
    /// The texts to interpret, the most relevant first: of a transcript, only the remote server's replies, because
    /// Sendmail adds its own "User unknown" to any rejection; else the paragraph from a reply code on, then the whole.
    /// </summary>
    public static IEnumerable<string> FindReplies(string reportText)
    {
        if (FindTranscript(reportText) is { Length: > 0 } transcript)
        {
            return [transcript];
        }

        var reply = Reply().Match(reportText);
        return reply.Success ? [reply.Groups[1].Value, reportText] : [reportText];
    }

    private static string FindTranscript(string reportText)
    {
        var isPostfixTranscript = reportText.Contains("Transcript of session follows", StringComparison.Ordinal) &&
            reportText.Contains("Out: ", StringComparison.Ordinal);
        if (!isPostfixTranscript && !reportText.Contains("<<< ", StringComparison.Ordinal))
        {
            return "";
        }

        // InterScan uses the arrows the other way round, so that nothing is found.
        var lines = reportText.Split('\n').Select(line => line.Trim())
            .Where(line => ReplyPrefixes.Any(start => line.StartsWith(start, StringComparison.Ordinal)) ||
                line.Contains("Deferred:", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("<<< 503", StringComparison.Ordinal))
            .Select(line => line.TrimStart('<', ' '));
        return string.Join('\n', lines);
    }

    /// <summary>A reply code at the start of a line or after punctuation, and the rest of the paragraph.</summary>
    [GeneratedRegex(
        @"(?:^|[:\]'""(])[ \t>]{0,20}([45][0-9]{2}[ -][^\n]*(?:\n[^\n]+){0,12})",
        RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Reply();
}
