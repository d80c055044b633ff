namespace TrendingMail.Papers.Search;

/// <summary>Where a term is looked for.</summary>
public enum SearchField
{
    /// <summary>In title, abstract, authors and keywords.</summary>
    Anywhere,
    Title,
    Author,

    /// <summary>A category such as <c>cs.CL</c>, or an archive such as <c>cs</c> with all its categories.</summary>
    Category,
}

/// <summary>Words that stand one after the other; most often one.</summary>
/// <param name="Words">At least one, of letters and digits only; for a category the category itself.</param>
/// <param name="IsPrefix">Whether the last word is only a beginning.</param>
public sealed record SearchTerm(SearchField Field, IReadOnlyList<string> Words, bool IsPrefix = false)
{
    public override string ToString() =>
        $"{(Field == SearchField.Anywhere ? "" : Field.ToString().ToLowerInvariant() + ":")}" +
        $"{(Words.Count == 1 ? Words[0] : $"\"{string.Join(' ', Words)}\"")}{(IsPrefix ? "*" : "")}";
}
