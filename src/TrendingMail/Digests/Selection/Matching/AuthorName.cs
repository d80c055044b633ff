using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Digests.Selection.Matching;

/// <summary>Decides whether two spellings may name the same person.</summary>
internal static class AuthorName
{
    /// <summary>The folded words of a normalized name.</summary>
    public static string[] Words(string key) => WordTokenizer.FoldText(key).Split(' ');

    /// <summary>
    /// "Ada Quill" matches "Ada B. Quill", "A. Quill" and "Quill, Ada" but not "Alan Quill"; "Quill" matches every
    /// Quill.
    /// </summary>
    /// <param name="wanted">The folded words of the name that a subscriber follows.</param>
    /// <param name="name">The folded words of an author's name.</param>
    public static bool Matches(string[] wanted, string[] name)
    {
        if (wanted.Length == 0 || name.Length == 0)
        {
            return false;
        }

        if (wanted.Length == 1 || name.Length == 1)
        {
            return wanted.Length == 1 ? name[^1] == wanted[0] : wanted.SequenceEqual(name);
        }

        if (wanted.Length == name.Length &&
            wanted.Order(StringComparer.Ordinal).SequenceEqual(name.Order(StringComparer.Ordinal)))
        {
            return true;
        }

        return wanted[^1] == name[^1] && GivenNamesMatch(wanted[0], name[0])
            && (wanted.Length < 3 || name.Length < 3 || GivenNamesMatch(wanted[1], name[1]));
    }

    private static bool GivenNamesMatch(string one, string other) =>
        one == other || ((one.Length == 1 || other.Length == 1) && one[0] == other[0]);
}
