using TrendingMail.Delivery.Replies;

namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>A recipient found in the text of a report, with the text about it.</summary>
internal sealed record ExtractedRecipient(string Address, string Text);

/// <summary>
/// Extracts recipients from the human-readable text of a report. Servers put them at the start of a line or after a
/// label such as "Recipient:"; an address inside a sentence counts only if there is no better match.
/// </summary>
internal static class RecipientExtractor
{
    private const int MaximumRecipients = 100;

    private const int MaximumTextLength = 3000;

    private enum Rank
    {
        Sentence,

        Label,

        LineStart,
    }

    /// <param name="exclude">The addressee of the report, which is the sender of the original message.</param>
    public static IReadOnlyList<ExtractedRecipient> Extract(IReadOnlyList<string> lines, string? exclude)
    {
        var found = new List<(Rank Rank, string Address, int Line)>();
        for (var i = 0; i < lines.Count && found.Count < 2 * MaximumRecipients; i++)
        {
            foreach (var (address, start, end) in FindAddresses(lines[i]))
            {
                if (GetRank(lines[i], start, end) is { } rank)
                {
                    found.Add((rank, address, i));
                }
            }
        }

        if (found.Count == 0)
        {
            return [];
        }

        // The sender is a recipient only if no other address was found.
        var others = found.Where(f => !f.Address.Equals(exclude, StringComparison.OrdinalIgnoreCase)).ToList();
        found = others.Count > 0 ? others : found;
        var best = found.Max(f => f.Rank);
        var recipients = found.Where(f => f.Rank == best).DistinctBy(f => f.Address, StringComparer.OrdinalIgnoreCase)
            .Take(best == Rank.Sentence ? 1 : MaximumRecipients).ToArray();
        return [.. recipients.Select((recipient, i) => new ExtractedRecipient(
            recipient.Address,
            JoinLines(lines, recipient.Line, i + 1 < recipients.Length ? recipients[i + 1].Line : lines.Count)))];
    }

    /// <summary>Finds the addresses in a line, with their start and end positions.</summary>
    public static IEnumerable<(string Address, int Start, int End)> FindAddresses(string line)
    {
        for (var at = line.IndexOf('@', StringComparison.Ordinal); at >= 0; at = line.IndexOf('@', at + 1))
        {
            var start = at;
            while (start > 0 && at - start < 128 && IsLocalPartCharacter(line[start - 1]))
            {
                start--;
            }

            var end = at + 1;
            while (end < line.Length && end - at < 255 && IsDomainCharacter(line[end]))
            {
                end++;
            }

            while (end > at + 1 && line[end - 1] is '.' or '-' or '_')
            {
                end--;
            }

            while (start < at && line[start] is '.' or '\'' or '=' or '/')
            {
                start++;
            }

            if (start < at && end > at + 1)
            {
                yield return (line[start..end], start, end);
                at = end - 1;
            }
        }
    }

    private static Rank? GetRank(string line, int start, int end)
    {
        var before = line.AsSpan(0, start).TrimEnd("<\"'([ ");
        var prefix = before.Trim(" \t*>-•");
        if (prefix.IsEmpty && !line.AsSpan(0, start).TrimStart().StartsWith("> "))
        {
            // Followed by nothing, or by punctuation that is unusual in a sentence.
            var following = line.AsSpan(end).TrimStart(">\"')] ");
            return following.IsEmpty || following[0] is ':' or '(' or '[' or '<' or ',' or ';' or '.' ||
                line.AsSpan(end).StartsWith(">") ||
                following.StartsWith("on ", StringComparison.Ordinal) || line.AsSpan(end).StartsWith("  ")
                ? Rank.LineStart
                : Rank.Sentence;
        }

        var preceding = before.TrimEnd(" :").Length < before.Length ? before : before.TrimEnd();
        foreach (var label in ReportPhrases.RecipientLabels)
        {
            if (preceding.EndsWith(label, StringComparison.OrdinalIgnoreCase))
            {
                return Rank.Label;
            }
        }

        foreach (var label in ReportPhrases.OtherLabels)
        {
            if (preceding.EndsWith(label, StringComparison.OrdinalIgnoreCase) &&
                (preceding.Length == label.Length || !char.IsLetterOrDigit(preceding[^(label.Length + 1)])))
            {
                return null;
            }
        }

        return Rank.Sentence;
    }

    private static string JoinLines(IReadOnlyList<string> lines, int from, int to)
    {
        var text = string.Join('\n', lines.Skip(from).Take(Math.Max(to - from, 1)));
        return text.Length > MaximumTextLength ? text[..MaximumTextLength] : text;
    }

    private static bool IsDomainCharacter(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_';

    private static bool IsLocalPartCharacter(char c) =>
        IsDomainCharacter(c) || ".-_+=~'#&!%/$".Contains(c, StringComparison.Ordinal);
}
