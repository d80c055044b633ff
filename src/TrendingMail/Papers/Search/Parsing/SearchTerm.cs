using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Papers.Search.Parsing;

/// <summary>The field in which a term is searched.</summary>
public enum SearchField
{
    /// <summary>Title, abstract, authors and keywords.</summary>
    Anywhere,
    Title,
    Author,

    /// <summary>A category such as <c>cs.CL</c>, or all categories of an archive such as <c>cs</c>.</summary>
    Category,

    /// <summary>An arXiv identifier or a DOI.</summary>
    Identifier,
}

/// <summary>A word, or consecutive words that form a phrase.</summary>
/// <param name="Words">At least one word of <see cref="WordTokenizer"/>; for a category, the category itself.</param>
/// <param name="IsPrefix">Whether the last word is a prefix.</param>
public sealed record SearchTerm(SearchField Field, IReadOnlyList<string> Words, bool IsPrefix = false)
{
    /// <summary>Other forms of the term, such as a name in another order: one of them is enough.</summary>
    public IReadOnlyList<SearchTerm> Alternatives { get; init; } = [];

    /// <summary>The identifier, if the term is one.</summary>
    public string? Text { get; init; }

    /// <summary>Whether it is searched in the texts that are shown, and so counts for ranking and is marked.</summary>
    internal bool IsText => Field is not (SearchField.Category or SearchField.Identifier);

    /// <summary>The term itself and its alternatives.</summary>
    internal IEnumerable<SearchTerm> Spellings => [this with { Alternatives = [] }, .. Alternatives];

    public override string ToString() => Field == SearchField.Identifier
        ? string.Join(' ', Spellings.Select(spelling => spelling.Text))
        : $"{(Field == SearchField.Anywhere ? "" : Field.ToString().ToLowerInvariant() + ":")}" +
            $"{(Words.Count == 1 ? Words[0] : $"\"{string.Join(' ', Words)}\"")}{(IsPrefix ? "*" : "")}";
}
