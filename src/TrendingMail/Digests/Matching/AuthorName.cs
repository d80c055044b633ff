namespace TrendingMail.Digests.Matching;

/// <summary>Whether two spellings may be the same person's.</summary>
internal static class AuthorName
{
    /// <summary>
    /// "Ada Quill" is "Ada B. Quill", "A. Quill" and "Quill, Ada", and is not "Alan Quill"; "Quill" alone is every Quill.
    /// </summary>
    /// <param name="wanted">The words of a name that a reader follows, folded.</param>
    /// <param name="name">The words of an author's name, folded.</param>
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

        if (wanted.Length == name.Length && wanted.Order(StringComparer.Ordinal).SequenceEqual(name.Order(StringComparer.Ordinal)))
        {
            return true;
        }

        return wanted[^1] == name[^1] && SameGiven(wanted[0], name[0])
            && (wanted.Length < 3 || name.Length < 3 || SameGiven(wanted[1], name[1]));
    }

    private static bool SameGiven(string one, string other) =>
        one == other || ((one.Length == 1 || other.Length == 1) && one[0] == other[0]);
}
