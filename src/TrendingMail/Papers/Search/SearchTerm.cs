namespace TrendingMail.Papers.Search;

/// <summary>The field in which a term is searched.</summary>
public enum SearchField
{
    /// <summary>Title, abstract, authors and keywords.</summary>
    Anywhere,
    Title,
    Author,

    /// <summary>A category such as <c>cs.CL</c>, or all categories of an archive such as <c>cs</c>.</summary>
    Category,
}

/// <summary>A word, or consecutive words that form a phrase.</summary>
/// <param name="Words">At least one word of letters and digits; for a category, the category itself.</param>
/// <param name="IsPrefix">Whether the last word is a prefix.</param>
public sealed record SearchTerm(SearchField Field, IReadOnlyList<string> Words, bool IsPrefix = false)
{
    public override string ToString() =>
        $"{(Field == SearchField.Anywhere ? "" : Field.ToString().ToLowerInvariant() + ":")}" +
        $"{(Words.Count == 1 ? Words[0] : $"\"{string.Join(' ', Words)}\"")}{(IsPrefix ? "*" : "")}";
}
