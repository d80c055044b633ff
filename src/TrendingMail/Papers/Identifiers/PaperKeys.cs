using System.Text;
using TrendingMail.Papers.Latex;

namespace TrendingMail.Papers.Identifiers;

/// <summary>
/// The keys by which reports of the same paper are matched: <c>arxiv:</c> plus the identifier without version,
/// <c>doi:</c>, and <c>title:</c> plus the normalized title and first author. Ordinal order puts the
/// strongest key first.
/// </summary>
public static class PaperKeys
{
    private const string ArxivPrefix = "arxiv:";

    private const string DoiPrefix = "doi:";

    /// <summary>All keys of a report, strongest first.</summary>
    public static IReadOnlyList<string> For(ListedPaper paper)
    {
        var keys = new List<string>();
        if ((paper.ArxivId ?? ArxivId.Find(paper.Doi)?.Id) is { } id)
        {
            keys.Add(ForArxivId(id));
        }

        if (paper.Doi is not null && ArxivId.Find(paper.Doi) is null)
        {
            keys.Add(DoiPrefix + paper.Doi);
        }

        // Sources differ in how they spell formulas and accents, so the readable form counts, too.
        var author = paper.Authors.Count > 0 ? paper.Authors[0] : "";
        var byTitle = ForTitle(LatexText.ToReadable(paper.Title), LatexText.ToReadable(author));
        keys.AddRange(new[] { byTitle, ForTitle(paper.Title, author) }.Distinct());
        return keys;
    }

    public static string ForArxivId(string id) => ArxivPrefix + ArxivId.Canonicalize(id);

    /// <summary>The strongest key; independent of the order in which keys were added.</summary>
    public static string Strongest(IEnumerable<string> keys) => keys.Min(StringComparer.Ordinal)!;

    /// <summary>
    /// Whether two sets of keys that overlap can belong to the same paper. Different arXiv identifiers rule it out;
    /// so do different DOIs, unless an arXiv identifier is shared.
    /// </summary>
    public static bool AreCompatible(IReadOnlyCollection<string> one, IReadOnlyCollection<string> other)
    {
        var shareArxivId = ShareKey(ArxivPrefix);
        return shareArxivId ?? ShareKey(DoiPrefix) ?? true;

        // True if both share a key of this kind, false if both have one but share none, null if either has none.
        bool? ShareKey(string prefix)
        {
            var (mine, theirs) = (one.Where(IsOfKind).ToArray(), other.Where(IsOfKind).ToArray());
            return mine.Length == 0 || theirs.Length == 0 ? null : mine.Intersect(theirs).Any();

            bool IsOfKind(string key) => key.StartsWith(prefix, StringComparison.Ordinal);
        }
    }

    private static string ForTitle(string title, string author) => $"title:{Normalize(title)}|{Normalize(author)}";

    private static string Normalize(string text)
    {
        var letters = string.Concat(text.Normalize(NormalizationForm.FormKC).Where(char.IsLetterOrDigit))
            .ToLowerInvariant();
        return letters.Length > 0 ? letters : text.Trim();
    }
}
