using System.Text;

namespace TrendingMail.Papers;

/// <summary>
/// The names by which a paper is known again: <c>arxiv:</c> with the identifier without version, <c>doi:</c>, and
/// <c>title:</c> with the normalised title and first author. In the order of their names, the strongest comes first.
/// </summary>
public static class PaperKeys
{
    private const string Arxiv = "arxiv:";

    private const string DigitalObject = "doi:";

    /// <summary>All names of a report, the strongest first.</summary>
    public static IReadOnlyList<string> Of(ListedPaper paper)
    {
        var keys = new List<string>();
        if ((paper.ArxivId ?? ArxivId.Find(paper.Doi)?.Id) is { } id)
        {
            keys.Add(OfArxivId(id));
        }

        if (paper.Doi is not null && ArxivId.Find(paper.Doi) is null)
        {
            keys.Add(DigitalObject + paper.Doi);
        }

        keys.Add($"title:{Normalized(paper.Title)}|{Normalized(paper.Authors.Count > 0 ? paper.Authors[0] : "")}");
        return keys;
    }

    public static string OfArxivId(string id) => Arxiv + ArxivId.Canonical(id);

    /// <summary>The strongest of a paper's names, alike whatever the order in which they became known.</summary>
    public static string Identity(IEnumerable<string> keys) => keys.Min(StringComparer.Ordinal)!;

    /// <summary>
    /// Whether two sets of names that share one can belong to one paper: not where they hold different arXiv
    /// identifiers; and not where all they share is a title, but their DOIs differ.
    /// </summary>
    public static bool Agree(IReadOnlyCollection<string> one, IReadOnlyCollection<string> other)
    {
        var sharesArxiv = Clash(Arxiv);
        return sharesArxiv ?? Clash(DigitalObject) ?? true;

        // True where they share a name of the kind, false where both have one and share none, null where one has none.
        bool? Clash(string kind)
        {
            var (mine, theirs) = (one.Where(Is).ToArray(), other.Where(Is).ToArray());
            return mine.Length == 0 || theirs.Length == 0 ? null : mine.Intersect(theirs).Any();

            bool Is(string key) => key.StartsWith(kind, StringComparison.Ordinal);
        }
    }

    private static string Normalized(string text)
    {
        var letters = string.Concat(text.Normalize(NormalizationForm.FormKC).Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return letters.Length > 0 ? letters : text.Trim();
    }
}
