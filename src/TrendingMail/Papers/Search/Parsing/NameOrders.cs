using TrendingMail.Papers.Search.Words;
using TrendingMail.Papers.Texts;

namespace TrendingMail.Papers.Search.Parsing;

/// <summary>The other orders in which an author's name that is searched as a phrase may be written.</summary>
internal static class NameOrders
{
    /// <summary>Longer phrases are no names.</summary>
    private const int MaximumWords = 5;

    /// <summary>
    /// "LeCun, Yann" may be Yann LeCun in any phrase. In the field of authors, "He Kaiming" may be Kaiming He even
    /// without a comma; elsewhere only if two words are quoted.
    /// </summary>
    public static IReadOnlyList<SearchTerm> Find(SearchField field, string value, bool quoted)
    {
        if (field is not (SearchField.Author or SearchField.Anywhere))
        {
            return [];
        }

        if (AuthorNames.Reorder(value) is { } reordered)
        {
            return ToWords(reordered) is { Length: <= MaximumWords and > 1 } words
                ? [new SearchTerm(SearchField.Author, words)] : [];
        }

        var longest = field == SearchField.Author ? MaximumWords : quoted ? 2 : 0;
        return ToWords(value) is { Length: > 1 } name && name.Length <= longest
            ? [.. Rotations(name).Select(words => new SearchTerm(SearchField.Author, words))]
            : [];
    }

    /// <summary>With the first word at the end, and with the last word at the beginning.</summary>
    private static IEnumerable<string[]> Rotations(string[] words)
    {
        yield return [.. words[1..], words[0]];
        if (words.Length > 2)
        {
            yield return [words[^1], .. words[..^1]];
        }
    }

    private static string[] ToWords(string value) =>
        [.. WordTokenizer.Split(value).Select(word => value[word.Start..word.End])];
}
