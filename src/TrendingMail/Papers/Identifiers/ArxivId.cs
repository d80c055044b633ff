using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Identifiers;

/// <summary>
/// Parses arXiv identifiers, both the current scheme (2608.19880, since April 2007) and the old one (math.GT/0309136).
/// See https://info.arxiv.org/help/arxiv_identifier.html.
/// </summary>
public static partial class ArxivId
{
    /// <summary>Longer than any reference to a paper.</summary>
    private const int MaximumReference = 500;

    /// <summary>The archives of the old scheme: https://arxiv.org/archive.</summary>
    private static readonly FrozenSet<string> Archives = new[]
    {
        "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph",
        "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th",
        "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg",
        "q-bio", "quant-ph", "solv-int", "supr-con",
    }.ToFrozenSet();

    /// <summary>Returns the identifier without its version; null if the text is not an identifier.</summary>
    public static string? Parse(string? text)
    {
        var match = IdentifierPattern().Match(text ?? "");
        return match.Success ? match.Groups["id"].Value : null;
    }

    /// <summary>
    /// Extracts identifier and version from a reference to a paper: the URL of its page on arXiv or on a site that is
    /// organized by arXiv identifiers, an OAI identifier (oai:arXiv.org:...), <c>arXiv:</c> plus identifier, with or
    /// without a category in brackets, an arXiv DOI (10.48550/arXiv...), or the bare identifier.
    /// </summary>
    public static (string Id, int? Version)? Find(string? text)
    {
        text = text?.Trim() ?? "";
        return text.Length <= MaximumReference && FindAt(text, 0) is { } found && found.Length == text.Length
            ? (found.Id, found.Version)
            : null;
    }

    /// <summary>Finds a reference, as <see cref="Find"/>, that begins at a position and ends at white space.</summary>
    /// <returns>The identifier, its version, and the length of the reference.</returns>
    internal static (string Id, int? Version, int Length)? FindAt(string text, int position)
    {
        var match = ReferencePattern().Match(text, position);
        var archive = match.Groups["archive"].Value.ToLowerInvariant();
        if (!match.Success || (archive.Length > 0 && !Archives.Contains(archive)))
        {
            return null;
        }

        int? version = int.TryParse(
            match.Groups["version"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
        var id = archive + match.Groups["class"].Value.ToUpperInvariant() + match.Groups["number"].Value;
        return (id, version, match.Length);
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

    [GeneratedRegex("""
        \G[<(\["'“”„«»]*
        (?: (?:https?://)? (?:[a-z0-9-]+\.)* (?:arxiv(?:-vanity)?|alphaxiv|ar5iv|huggingface|hf|scirate)
                \.(?:org|com|co) / (?:[\w.~+-]+/){0,4}
          | (?:https?://)? (?:[a-z0-9-]+\.)+ [a-z]{2,} / (?:[\w.~+-]+/){0,4} arxiv [/:]
          | oai:arxiv\.org:
          | (?:(?:https?://)?(?:dx\.|www\.)?doi\.org/ | doi\s?:?\s?)? 10\.48550/arxiv[./:]
        )?
        (?:arxiv\s?[:./]?\s?)?
        (?: (?<number>[0-9]{4}\.[0-9]{4,5})
          | (?<archive>[a-z]+(?:-[a-z]+)?) (?<class>\.[a-z]{2})? (?<number>/[0-9]{7})
        )
        (?:v(?<version>[0-9]{1,4}))? (?:\.pdf|\.html)? /? (?:[?\#][^\s<>"]*)?
        [>)\]"'“”„«».,;:]*
        (?:\s{1,2}\[[a-z-]+(?:\.[a-z-]+)?\] [.,;]? (?:\s[0-9]{1,2}\s[a-z]{3}\s[0-9]{4})?)?
        (?=\s|\z)
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ReferencePattern();
}
