using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Papers;

/// <summary>
/// Parses arXiv identifiers, both the current scheme (2608.19880, since April 2007) and the old one (math.GT/0309136).
/// See https://info.arxiv.org/help/arxiv_identifier.html.
/// </summary>
public static partial class ArxivId
{
    /// <summary>Returns the identifier without its version; null if the text is not an identifier.</summary>
    public static string? Parse(string? text)
    {
        var match = IdentifierPattern().Match(text ?? "");
        return match.Success ? match.Groups["id"].Value : null;
    }

    /// <summary>
    /// Extracts identifier and version from a reference to a paper: an abstract or PDF URL, an OAI identifier
    /// (oai:arXiv.org:...), <c>arXiv:</c> plus identifier, an arXiv DOI (10.48550/arXiv...), or the bare identifier.
    /// </summary>
    public static (string Id, int? Version)? Find(string? text)
    {
        var match = ReferencePattern().Match(text?.Trim() ?? "");
        if (!match.Success || !IdentifierPattern().IsMatch(match.Groups["id"].Value))
        {
            return null;
        }

        return (match.Groups["id"].Value,
            int.TryParse(
                match.Groups["version"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : null);
    }

    /// <summary>The canonical form: an old identifier loses its subject class (math/0309136).</summary>
    public static string Canonicalize(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var dot = id.IndexOf('.', StringComparison.Ordinal);
        return slash > 0 && dot > 0 && dot < slash ? $"{id[..dot]}{id[slash..]}" : id;
    }

    /// <summary>First day of the month encoded in an identifier; the paper was not announced earlier.</summary>
    public static DateOnly? MonthOfIdentifier(string id)
    {
        var digits = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return int.TryParse(
            digits.AsSpan(0, Math.Min(4, digits.Length)), NumberStyles.None, CultureInfo.InvariantCulture,
            out var month) && month % 100 is >= 1 and <= 12
            ? new DateOnly((month / 100) + (month / 100 >= 91 ? 1900 : 2000), month % 100, 1)
            : null;
    }

    [GeneratedRegex(@"^(?<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7})(v[0-9]+)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(
        @"^(https?://([a-z]+\.)?arxiv\.org/(abs|pdf|html)/|oai:arXiv\.org:|arXiv:|" +
        @"(https?://(dx\.)?doi\.org/|doi:)?10\.48550/arXiv\.)?" +
        @"(?<id>[0-9.]+|[a-z.-]+/[0-9]+)(v(?<version>[0-9]{1,4}))?(\.pdf)?(#.*)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReferencePattern();
}
