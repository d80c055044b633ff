using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>Finds elements by local name, because arXiv's XML namespaces have changed over the years.</summary>
internal static partial class ArxivXml
{
    public static IEnumerable<XElement> Elements(XElement parent, string name) =>
        parent.Elements().Where(element => element.Name.LocalName == name);

    /// <summary>The trimmed text of the first non-empty child element of that name.</summary>
    public static string? Text(XElement parent, string name) =>
        Elements(parent, name).Select(element => element.Value.Trim()).FirstOrDefault(text => text.Length > 0);

    /// <summary>The terms that are arXiv categories; feeds also contain ACM and MSC classes.</summary>
    public static IReadOnlyList<string> Categories(IEnumerable<string?> terms) => [.. terms
        .OfType<string>()
        .Select(term => term.Trim())
        .Where(ArxivCategory.IsValid)
        .Distinct()];

    /// <summary>
    /// Strips the prefix that feeds add to an abstract ("arXiv:2611.00001v1 Announce Type: new Abstract: ").
    /// </summary>
    public static string? StripAbstractPrefix(string? text)
    {
        var match = AbstractPrefix().Match(text ?? "");
        return string.IsNullOrWhiteSpace(text)
            ? null : text[match.Length..].Trim() is { Length: > 0 } rest ? rest : null;
    }

    /// <summary>
    /// Splits a line of authors, dropping affiliations in parentheses: "A. Quill (Harbour Lane), B. Ortiz Jr."
    /// </summary>
    public static IEnumerable<string> Authors(string line)
    {
        var names = new List<string>();
        var hasSuffix = true;
        foreach (var name in RemoveParentheses(line).Split(
            [",", " and "], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var isSuffix = !hasSuffix && Suffix().IsMatch(name);
            if (isSuffix)
            {
                names[^1] += $", {name}";
            }
            else
            {
                names.Add(Whitespace().Replace(name, " "));
            }

            hasSuffix = isSuffix;
        }

        return names;
    }

    /// <summary>Replaces every pair of parentheses and what stands between them by a space, in one pass.</summary>
    private static string RemoveParentheses(string line)
    {
        var open = new Stack<int>();
        var kept = new StringBuilder(line.Length);
        foreach (var character in line)
        {
            if (character == ')' && open.TryPop(out var start))
            {
                kept.Length = start;
                kept.Append(' ');
                continue;
            }

            if (character == '(')
            {
                open.Push(kept.Length);
            }

            kept.Append(character);
        }

        return kept.ToString();
    }

    [GeneratedRegex(@"^\s*arXiv:\S+\s+Announce Type:\s*\S+\s+(Abstract:\s*)?", RegexOptions.CultureInvariant)]
    private static partial Regex AbstractPrefix();

    [GeneratedRegex(@"^(Jr\.?|Sr\.?|II|III|IV)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Whitespace();
}
