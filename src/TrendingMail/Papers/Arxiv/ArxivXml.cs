using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrendingMail.Papers.Arxiv;

/// <summary>Elements of arXiv's feeds, found by their local name: its namespaces changed over the years.</summary>
internal static partial class ArxivXml
{
    public static IEnumerable<XElement> All(XElement parent, string name) =>
        parent.Elements().Where(element => element.Name.LocalName == name);

    /// <summary>The text of the first element of a name that has any, trimmed.</summary>
    public static string? Text(XElement parent, string name) =>
        All(parent, name).Select(element => element.Value.Trim()).FirstOrDefault(text => text.Length > 0);

    /// <summary>Terms that are categories of arXiv; feeds mix in classes of the ACM and the MSC.</summary>
    public static IReadOnlyList<string> Categories(IEnumerable<string?> terms) => [.. terms
        .OfType<string>()
        .Select(term => term.Trim())
        .Where(ArxivCategory.IsValid)
        .Distinct()];

    /// <summary>The abstract without what feeds put before it ("arXiv:2611.00001v1 Announce Type: new Abstract: ").</summary>
    public static string? Abstract(string? text)
    {
        var match = BeforeAbstract().Match(text ?? "");
        return string.IsNullOrWhiteSpace(text) ? null : text[match.Length..].Trim() is { Length: > 0 } rest ? rest : null;
    }

    /// <summary>
    /// The names in one line of authors, without the affiliations in brackets: "A. Quill (Harbour Lane), B. Ortiz Jr."
    /// </summary>
    public static IEnumerable<string> Authors(string line)
    {
        for (string before; (before = line) != (line = Brackets().Replace(line, " "));)
        {
            // From the innermost brackets outwards.
        }

        var names = new List<string>();
        foreach (var name in line.Split([",", " and "], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (names.Count > 0 && Suffix().IsMatch(name))
            {
                names[^1] += $", {name}";
            }
            else
            {
                names.Add(Spaces().Replace(name, " "));
            }
        }

        return names;
    }

    [GeneratedRegex(@"^\s*arXiv:\S+\s+Announce Type:\s*\S+\s+(Abstract:\s*)?", RegexOptions.CultureInvariant)]
    private static partial Regex BeforeAbstract();

    [GeneratedRegex(@"\([^()]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"^(Jr\.?|Sr\.?|II|III|IV)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
