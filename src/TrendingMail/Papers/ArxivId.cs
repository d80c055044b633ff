using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Papers;

/// <summary>
/// arXiv identifiers in their new (2608.19880, since April 2007) and old (math.GT/0309136) form.
/// See https://info.arxiv.org/help/arxiv_identifier.html.
/// </summary>
public static partial class ArxivId
{
    /// <summary>The identifier without its version, or null where the text is none.</summary>
    public static string? Parse(string? text)
    {
        var match = Form().Match(text ?? "");
        return match.Success ? match.Groups["id"].Value : null;
    }

    /// <summary>
    /// The identifier and version in what names a paper: an abs or PDF address, an OAI identifier (oai:arXiv.org:...),
    /// an <c>arXiv:</c> name, a DOI that arXiv gave (10.48550/arXiv...), or the identifier itself.
    /// </summary>
    public static (string Id, int? Version)? Find(string? text)
    {
        var match = Name().Match(text?.Trim() ?? "");
        if (!match.Success || !Form().IsMatch(match.Groups["id"].Value))
        {
            return null;
        }

        return (match.Groups["id"].Value,
            int.TryParse(match.Groups["version"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : null);
    }

    /// <summary>The one spelling of an identifier: an old one goes without its subject class (math/0309136).</summary>
    public static string Canonical(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var dot = id.IndexOf('.', StringComparison.Ordinal);
        return slash > 0 && dot > 0 && dot < slash ? $"{id[..dot]}{id[slash..]}" : id;
    }

    /// <summary>The first day of the month that an identifier carries: the paper was not announced before it.</summary>
    public static DateOnly? Month(string id)
    {
        var digits = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return int.TryParse(digits.AsSpan(0, Math.Min(4, digits.Length)), NumberStyles.None, CultureInfo.InvariantCulture,
            out var month) && month % 100 is >= 1 and <= 12
            ? new DateOnly((month / 100) + (month / 100 >= 91 ? 1900 : 2000), month % 100, 1)
            : null;
    }

    [GeneratedRegex(@"^(?<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7})(v[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(
        @"^(https?://([a-z]+\.)?arxiv\.org/(abs|pdf|html)/|oai:arXiv\.org:|arXiv:|(https?://(dx\.)?doi\.org/|doi:)?10\.48550/arXiv\.)?" +
        @"(?<id>[0-9.]+|[a-z.-]+/[0-9]+)(v(?<version>[0-9]{1,4}))?(\.pdf)?(#.*)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
