using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>What a reader may be interested in.</summary>
public enum InterestKind
{
    /// <summary>A field such as "speech": looked for like a keyword, and by the categories that it stands for.</summary>
    Topic,

    /// <summary>A word or a phrase in title, abstract or keywords.</summary>
    Keyword,

    Author,

    Organization,

    /// <summary>One of arXiv's, such as <c>cs.CL</c>.</summary>
    Category,
}

/// <summary>
/// Something that a reader follows or does not want. The weight goes from <see cref="Muted"/> (-1: papers with it are left
/// out) over what "less like this" makes of it and "more like this" to <see cref="Followed"/> (+1: asked for by name). Zero is
/// no interest at all.
/// </summary>
public sealed record Interest
{
    public const double Muted = -1;

    public const double Followed = 1;

    /// <summary>By how much "more like this" and "less like this" move a weight.</summary>
    public const double Step = 0.25;

    /// <summary>How far "less like this" goes: only the reader's own word mutes.</summary>
    public const double Least = -0.75;

    /// <summary>The most characters a value has.</summary>
    public const int MaximumLength = 100;

    public required InterestKind Kind { get; init; }

    /// <summary>As the reader wrote it.</summary>
    public required string Value { get; init; }

    /// <summary>The value as it is compared: see <see cref="KeyOf"/>.</summary>
    public required string Key { get; init; }

    public required double Weight { get; init; }

    public bool IsMute => Weight <= Muted;

    /// <summary>
    /// Makes an interest of what was typed; null where nothing is left to look for (no letter or digit) or where it is longer
    /// than <see cref="MaximumLength"/>.
    /// </summary>
    /// <param name="weight">Brought into the range, and to two places.</param>
    public static Interest? Of(InterestKind kind, string? text, double weight = Followed)
    {
        var value = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var key = KeyOf(kind, value);
        return key.Length == 0 || value.Length > MaximumLength || value.Any(char.IsControl)
            ? null
            : new Interest { Kind = kind, Value = value, Key = key, Weight = Rounded(weight) };
    }

    /// <summary>
    /// What makes two spellings the same interest: lower case without diacritics, words parted by one space, all else that is
    /// no letter or digit left out ("Text-to-Speech" is "text to speech"); a category keeps its dot and hyphen.
    /// </summary>
    public static string KeyOf(InterestKind kind, string value)
    {
        var key = new StringBuilder(value.Length);
        foreach (var rune in Decomposed(value).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || (kind == InterestKind.Category && rune.Value is '.' or '-'))
            {
                key.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark && key.Length > 0 && key[^1] != ' ')
            {
                key.Append(' ');
            }
        }

        return key.ToString().TrimEnd().Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// The profile of a reader with these interests: the same for the same interests in any order, '' for none. Readers who
    /// share it get the same papers.
    /// </summary>
    public static string ProfileOf(IEnumerable<Interest> interests)
    {
        var lines = interests
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Kind.ToColumn()}\t{i.Key}\t{i.Weight:0.##}\n"))
            .Order(StringComparer.Ordinal);
        var text = string.Concat(lines);

        // 16 bytes: two profiles with the same hash are out of reach.
        return text.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    internal static double Rounded(double weight) => Math.Round(Math.Clamp(weight, Muted, Followed), 2);

    private static string Decomposed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair.
            return "";
        }
    }
}
