using TrendingMail.Inbound.Rules;

namespace TrendingMail.Inbound.Reports;

/// <summary>A recipient that the text of a report names, and what stands there about it.</summary>
internal sealed record Mark(string Address, string Words);

/// <summary>
/// Finds the recipients in a report that is meant for people. Servers put them at the start of a line, or behind words
/// such as "Recipient:"; an address in a sentence counts only where there is nothing better.
/// </summary>
internal static class RecipientMarks
{
    private const int MaximumMarks = 100;

    private const int MaximumWords = 3000;

    private enum Rank
    {
        Sentence,

        Label,

        Start,
    }

    /// <param name="exclude">The address to which the report was sent: the sender of the mail.</param>
    public static IReadOnlyList<Mark> Find(IReadOnlyList<string> lines, string? exclude)
    {
        var found = new List<(Rank Rank, string Address, int Line)>();
        for (var i = 0; i < lines.Count && found.Count < 2 * MaximumMarks; i++)
        {
            foreach (var (address, start, end) in Addresses(lines[i]))
            {
                if (RankOf(lines[i], start, end) is { } rank)
                {
                    found.Add((rank, address, i));
                }
            }
        }

        if (found.Count == 0)
        {
            return [];
        }

        // The sender is no recipient, unless the sender wrote to itself.
        var others = found.Where(f => !f.Address.Equals(exclude, StringComparison.OrdinalIgnoreCase)).ToList();
        found = others.Count > 0 ? others : found;
        var best = found.Max(f => f.Rank);
        var marks = found.Where(f => f.Rank == best).DistinctBy(f => f.Address, StringComparer.OrdinalIgnoreCase)
            .Take(best == Rank.Sentence ? 1 : MaximumMarks).ToArray();
        return [.. marks.Select((mark, i) => new Mark(
            mark.Address, Words(lines, mark.Line, i + 1 < marks.Length ? marks[i + 1].Line : lines.Count)))];
    }

    /// <summary>The addresses of a line with the places where they begin and end.</summary>
    public static IEnumerable<(string Address, int Start, int End)> Addresses(string line)
    {
        for (var at = line.IndexOf('@', StringComparison.Ordinal); at >= 0; at = line.IndexOf('@', at + 1))
        {
            var start = at;
            while (start > 0 && at - start < 128 && IsLocal(line[start - 1]))
            {
                start--;
            }

            var end = at + 1;
            while (end < line.Length && end - at < 255 && IsDomain(line[end]))
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

    private static Rank? RankOf(string line, int start, int end)
    {
        var before = line.AsSpan(0, start).TrimEnd("<\"'([ ");
        var lead = before.Trim(" \t*>-•");
        if (lead.IsEmpty && !line.AsSpan(0, start).TrimStart().StartsWith("> "))
        {
            // Behind it: nothing, or a mark that no sentence has.
            var behind = line.AsSpan(end).TrimStart(">\"')] ");
            return behind.IsEmpty || behind[0] is ':' or '(' or '[' or '<' or ',' or ';' or '.' ||
                line.AsSpan(end).StartsWith(">") ||
                behind.StartsWith("on ", StringComparison.Ordinal) || line.AsSpan(end).StartsWith("  ")
                ? Rank.Start
                : Rank.Sentence;
        }

        var words = before.TrimEnd(" :").Length < before.Length ? before : before.TrimEnd();
        foreach (var label in ReportWords.Recipient)
        {
            if (words.EndsWith(label, StringComparison.OrdinalIgnoreCase))
            {
                return Rank.Label;
            }
        }

        foreach (var label in ReportWords.Stranger)
        {
            if (words.EndsWith(label, StringComparison.OrdinalIgnoreCase) &&
                (words.Length == label.Length || !char.IsLetterOrDigit(words[^(label.Length + 1)])))
            {
                return null;
            }
        }

        return Rank.Sentence;
    }

    private static string Words(IReadOnlyList<string> lines, int from, int to)
    {
        var words = string.Join('\n', lines.Skip(from).Take(Math.Max(to - from, 1)));
        return words.Length > MaximumWords ? words[..MaximumWords] : words;
    }

    private static bool IsDomain(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_';

    private static bool IsLocal(char c) => IsDomain(c) || ".-_+=~'#&!%/$".Contains(c, StringComparison.Ordinal);
}
