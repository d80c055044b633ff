namespace TrendingMail.Templates.Text;

/// <summary>Formats a paper's authors on one line.</summary>
public static class AuthorLine
{
    private const int MaximumNames = 3;

    /// <summary>All authors if there are at most four; otherwise the first three and the number of others.</summary>
    public static string Format(IReadOnlyList<string> authors) => authors.Count switch
    {
        0 => "",
        1 => authors[0],
        <= MaximumNames + 1 => $"{string.Join(", ", authors.Take(authors.Count - 1))} and {authors[^1]}",
        _ => $"{string.Join(", ", authors.Take(MaximumNames))} and {authors.Count - MaximumNames} others",
    };

    /// <summary>
    /// The names to show and the number of authors left out, for a line in any language: all if there are at most four,
    /// otherwise the first three.
    /// </summary>
    public static (string Names, int Others) Abbreviate(IReadOnlyList<string> authors) =>
        authors.Count <= MaximumNames + 1
        ? (string.Join(", ", authors), 0)
        : (string.Join(", ", authors.Take(MaximumNames)), authors.Count - MaximumNames);
}
