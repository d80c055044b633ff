using System.Text.RegularExpressions;

namespace TrendingMail.Papers.Texts;

/// <summary>Recognizes names that are written with the family name first.</summary>
public static partial class AuthorNames
{
    /// <summary>"LeCun, Yann" as "Yann LeCun"; null if the text is not such a name.</summary>
    public static string? Reorder(string name)
    {
        var comma = name.AsSpan().IndexOfAny(Commas);
        if (comma < 0 || name.AsSpan(comma + 1).IndexOfAny(Commas) >= 0)
        {
            return null;
        }

        var (family, given) = (name[..comma].Trim(), name[(comma + 1)..].Trim());
        return family.Length == 0 || given.Length == 0 || Suffix().IsMatch(given) ? null : $"{given} {family}";
    }

    private static ReadOnlySpan<char> Commas => [',', '，', '、'];

    /// <summary>What may follow a comma in a name that begins with the given name.</summary>
    [GeneratedRegex(@"^(Jr|Sr|II|III|IV|PhD|Ph\.\s?D|MD|M\.\s?D)\.?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();
}
