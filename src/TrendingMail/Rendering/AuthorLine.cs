namespace TrendingMail.Rendering;

/// <summary>A paper's authors on one line.</summary>
public static class AuthorLine
{
    private const int Named = 3;

    /// <summary>All of them up to four; of more, the first three and how many others there are.</summary>
    public static string Of(IReadOnlyList<string> authors) => authors.Count switch
    {
        0 => "",
        1 => authors[0],
        <= Named + 1 => $"{string.Join(", ", authors.Take(authors.Count - 1))} and {authors[^1]}",
        _ => $"{string.Join(", ", authors.Take(Named))} and {authors.Count - Named} others",
    };
}
