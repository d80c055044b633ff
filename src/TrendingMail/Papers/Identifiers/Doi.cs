using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Identifiers;

/// <summary>Parses digital object identifiers, which are case-insensitive (DOI Handbook, 2.4).</summary>
public static partial class Doi
{
    /// <summary>
    /// Returns the DOI in lower case without a prefix such as https://doi.org/ or doi:; null if invalid.
    /// </summary>
    public static string? Parse(string? text)
    {
        var match = Pattern().Match(text?.Trim() ?? "");
        return match.Success ? match.Groups["doi"].Value.ToLowerInvariant() : null;
    }

    /// <summary>
    /// Finds a DOI, as <see cref="Parse"/>, that begins at a position and ends at white space, without the punctuation
    /// around it.
    /// </summary>
    /// <returns>The DOI, and the length of the reference.</returns>
    internal static (string Doi, int Length)? FindAt(string text, int position)
    {
        var match = ReferencePattern().Match(text, position);
        return match.Success ? (match.Groups["doi"].Value.ToLowerInvariant(), match.Length) : null;
    }

    [GeneratedRegex(@"^(https?://(dx\.)?doi\.org/|doi:\s*)?(?<doi>10\.[0-9]{4,9}(\.[0-9]+)*/\S+)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex("""
        \G[<(\["'“”„«»]*
        (?: (?:https?://)?(?:dx\.|www\.)?doi\.org/ | doi\s?:?\s? )?
        (?<doi>10\.[0-9]{4,9}(?:\.[0-9]+)*/\S*[\w)])
        [^\w\s]*
        (?=\s|\z)
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ReferencePattern();
}
