using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>
/// Validates arXiv categories: an archive (<c>hep-th</c>), or an archive with a subject class (<c>cs.LG</c>,
/// <c>cond-mat.mtrl-sci</c>). See https://arxiv.org/category_taxonomy.
/// </summary>
public static partial class ArxivCategory
{
    public static bool IsValid(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"^[a-z]{1,10}(-[a-z]{2,5})?(\.([A-Z]{2}|[a-z]{2,5}(-[a-z]{2,5})?))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
