namespace TrendingMail.Inbound.Classification.Reports;

/// <summary>
/// Finds what a report on several recipients says about one of them: the paragraph under the address, and the replies
/// of the transcript that name it or that answer its RCPT.
/// </summary>
internal static class RecipientMentions
{
    private const int MaximumLines = 12;

    private const string CommandPrefix = ">>> ";

    /// <param name="addresses">All recipients of the report.</param>
    /// <returns>The texts about the address, the most relevant first; no other recipient's.</returns>
    public static IReadOnlyList<string> Find(
        IReadOnlyList<string> lines, string address, IReadOnlyCollection<string> addresses)
    {
        string[] others = [.. addresses.Where(other => !other.Equals(address, StringComparison.OrdinalIgnoreCase))];
        var mentions = Enumerable.Range(0, lines.Count).Where(i => Names(lines[i], address)).ToArray();
        return
        [
            .. mentions.Select(i => Read(lines, i, others)).Where(text => text.Length > 0)
                .OrderByDescending(text => text.Contains("<<< ", StringComparison.Ordinal)),
        ];
    }

    /// <summary>Reads from a line that names the address to the end of what belongs to it.</summary>
    private static string Read(IReadOnlyList<string> lines, int start, string[] others)
    {
        var text = new List<string> { lines[start] };
        for (var i = start + 1; i < lines.Count && text.Count < MaximumLines; i++)
        {
            if (lines[i].StartsWith(CommandPrefix, StringComparison.Ordinal) || others.Any(o => Names(lines[i], o)) ||
                (lines[i].Length == 0 && text.Count > 1))
            {
                break;
            }

            text.Add(lines[i]);
        }

        return string.Join('\n', FindCommand(lines, start) is { } command ? text.Prepend(command) : text);
    }

    /// <summary>The command of the transcript to which a reply belongs; null outside of a transcript.</summary>
    private static string? FindCommand(IReadOnlyList<string> lines, int reply)
    {
        if (lines[reply].StartsWith(CommandPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        for (var i = reply - 1; i >= 0 && lines[i].Length > 0; i--)
        {
            if (lines[i].StartsWith(CommandPrefix, StringComparison.Ordinal))
            {
                return lines[i];
            }
        }

        return null;
    }

    /// <summary>Whether a line contains the address, and not only as the end of a longer one.</summary>
    private static bool Names(string line, string address)
    {
        for (var at = line.IndexOf(address, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = line.IndexOf(address, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + address.Length;
            if ((at == 0 || !IsPartOfAddress(line[at - 1])) && (end == line.Length || !IsPartOfAddress(line[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPartOfAddress(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '+';
}
