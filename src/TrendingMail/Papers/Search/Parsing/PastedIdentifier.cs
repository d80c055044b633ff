using TrendingMail.Papers.Identifiers;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Papers.Search.Parsing;

/// <summary>
/// Recognizes identifiers of papers that are pasted into a search, however the page they come from writes them:
/// <c>arXiv:2405.15738v2 [cs.CV]</c>, <c>https://huggingface.co/papers/2405.15738</c>, <c>doi:10.1145/3292500</c>.
/// </summary>
internal static class PastedIdentifier
{
    /// <summary>Finds a reference to a paper that begins at a position.</summary>
    /// <returns>The term that finds the paper, and the length of the reference; null if there is none.</returns>
    public static (SearchTerm Term, int Length)? FindAt(string text, int position)
    {
        if (ArxivId.FindAt(text, position) is { } arxiv)
        {
            // A number such as 2024.12345 is no identifier if its third and fourth digits are no month.
            return ArxivId.MonthOfIdentifier(arxiv.Id) is null
                ? null : (CreateTerm(ArxivId.Canonicalize(arxiv.Id)), arxiv.Length);
        }

        return Doi.FindAt(text, position) is { } doi ? (CreateTerm(doi.Doi), doi.Length) : null;
    }

    /// <summary>One term that matches a paper with any of the identifiers.</summary>
    public static SearchTerm Combine(IReadOnlyList<SearchTerm> identifiers) =>
        identifiers[0] with { Alternatives = [.. identifiers.Skip(1)] };

    private static SearchTerm CreateTerm(string identifier) => new(
        SearchField.Identifier,
        [.. WordTokenizer.Split(identifier).Select(word => identifier[word.Start..word.End])])
    {
        Text = identifier,
    };
}
