namespace TrendingMail.Rendering;

/// <summary>A paper's authors on one line.</summary>
public static class AuthorLine
{
    private const int Few = 3;

    /// <summary>All of them up to four; of more, the first three and how many others there are.</summary>
    public static string Of(IReadOnlyList<string> authors) => authors.Count switch
    {
        0 => "",
        1 => authors[0],
        <= Few + 1 => $"{string.Join(", ", authors.Take(authors.Count - 1))} and {authors[^1]}",
        _ => $"{string.Join(", ", authors.Take(Few))} and {authors.Count - Few} others",
    };

    /// <summary>
    /// Those who are named, and how many more there are, for a line in any language: all up to four, else the first three.
    /// </summary>
    public static (string Names, int Others) Named(IReadOnlyList<string> authors) => authors.Count <= Few + 1
        ? (string.Join(", ", authors), 0)
        : (string.Join(", ", authors.Take(Few)), authors.Count - Few);
}
