namespace TrendingMail.Papers.Sources;

/// <summary>Detects pages that a server repeats because it ignores the number of the page.</summary>
internal sealed class SeenEntries
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Whether a page has entries, but none that an earlier page did not have.</summary>
    public bool IsRepetition(FetchResult page) => IsRepetition(page.Papers, page.Problems);

    /// <inheritdoc cref="IsRepetition(FetchResult)"/>
    public bool IsRepetition(IEnumerable<ListedPaper> papers, IEnumerable<string> problems)
    {
        var (isEmpty, hasNew) = (true, false);
        foreach (var entry in papers.Select(paper => paper.ArxivId ?? paper.Title).Concat(problems))
        {
            isEmpty = false;
            hasNew |= seen.Add(entry);
        }

        return !isEmpty && !hasNew;
    }
}
