using System.Text.RegularExpressions;

namespace TrendingMail.Papers;

/// <summary>Digital object identifiers. They are compared without regard to case; see the DOI handbook, 2.4.</summary>
public static partial class Doi
{
    /// <summary>The DOI in lower case without what stands before it (https://doi.org/, doi:), or null where the text is none.</summary>
    public static string? Parse(string? text)
    {
        var match = Form().Match(text?.Trim() ?? "");
        return match.Success ? match.Groups["doi"].Value.ToLowerInvariant() : null;
    }

    [GeneratedRegex(@"^(https?://(dx\.)?doi\.org/|doi:\s*)?(?<doi>10\.[0-9]{4,9}(\.[0-9]+)*/\S+)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
