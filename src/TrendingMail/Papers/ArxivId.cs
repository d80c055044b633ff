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

    [GeneratedRegex(@"^(?<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7})(v[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
