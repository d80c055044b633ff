using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrendingMail.Papers.Texts;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Interests;

/// <summary>What an interest matches.</summary>
public enum InterestKind
{
    /// <summary>A field such as "speech": matches as a keyword, and by the categories it stands for.</summary>
    Topic,

    /// <summary>A word or phrase in the title, abstract or keywords.</summary>
    Keyword,

    Author,

    Organization,

    /// <summary>An arXiv category, such as <c>cs.CL</c>.</summary>
    Category,
}

/// <summary>
/// Something that a subscriber follows or mutes. The weight ranges from <see cref="Muted"/> (-1: matching papers are
/// excluded) to <see cref="Followed"/> (+1: followed explicitly); "more like this" and "less like this" move it in
/// between. Zero means no interest.
/// </summary>
public sealed record Interest
{
    public const double Muted = -1;

    public const double Followed = 1;

    /// <summary>How far "more like this" and "less like this" move a weight.</summary>
    public const double FeedbackStep = 0.25;

    /// <summary>The lowest weight that "less like this" can reach: muting is always explicit.</summary>
    public const double FeedbackMinimum = -0.75;

    /// <summary>The maximum length of a value in characters.</summary>
    public const int MaximumLength = 100;

    /// <summary>The maximum length of the text as entered, which may have white space to remove.</summary>
    private const int MaximumInput = 1_000;

    public required InterestKind Kind { get; init; }

    /// <summary>As the subscriber entered it.</summary>
    public required string Value { get; init; }

    /// <summary>The normalized value used for comparison: see <see cref="Normalize"/>.</summary>
    public required string Key { get; init; }

    public required double Weight { get; init; }

    /// <summary>Identifies the interest among those of a subscriber, for example <c>keyword:lamps</c>.</summary>
    public string Id => $"{Kind.ToColumn()}:{Key}";

    public bool IsMuted => Weight <= Muted;

    /// <summary>
    /// Creates an interest from user input; null if the text has no letters or digits, contains control characters or
    /// is longer than <see cref="MaximumLength"/>.
    /// </summary>
    /// <param name="weight">Clamped to the range and rounded to two decimal places.</param>
    public static Interest? Create(InterestKind kind, string? text, double weight = Followed)
    {
        // Before anything else looks at the text: Unicode normalization takes quadratic time.
        if (text is null || text.Length > MaximumInput)
        {
            return null;
        }

        var value = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (value.Length > MaximumLength || value.Any(c => char.IsControl(c) || c == '\uFFFD'))
        {
            return null;
        }

        var key = Normalize(kind, value);
        return key.Length == 0 ? null
            : new Interest { Kind = kind, Value = value, Key = key, Weight = NormalizeWeight(weight) };
    }

    /// <summary>
    /// Normalizes a value for comparison: lower case without diacritics, words separated by one space, everything but
    /// letters and digits removed ("Text-to-Speech" becomes "text to speech"). Categories keep dots and hyphens, and
    /// "C#" and "C++" their symbols; a name in the form "LeCun, Yann" begins with the given name. Of a longer text than
    /// any name or interest, only the beginning counts.
    /// </summary>
    public static string Normalize(InterestKind kind, string value)
    {
        var text = Decompose(value);
        text = kind == InterestKind.Author ? AuthorNames.Reorder(text) ?? text : text;
        var key = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || (kind == InterestKind.Category && rune.Value is '.' or '-')
                || (rune.Value is '#' or '+' && EndsWithLanguage(key)))
            {
                key.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark &&
                key.Length > 0 && key[^1] != ' ')
            {
                key.Append(' ');
            }
        }

        return key.ToString().TrimEnd().Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// Hashes a set of interests, regardless of their order; empty for none. Subscribers with equal profiles receive
    /// the same papers.
    /// </summary>
    public static string ComputeProfile(IEnumerable<Interest> interests)
    {
        var lines = interests
            .Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{i.Kind.ToColumn()}\t{i.Key}\t{i.Weight:0.##}\n"))
            .Order(StringComparer.Ordinal);
        var text = string.Concat(lines);

        // 128 bits: collisions are practically impossible.
        return text.Length == 0
            ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    internal static double NormalizeWeight(double weight) => Math.Round(Math.Clamp(weight, Muted, Followed), 2);

    /// <summary>Whether a key ends with a single letter, to which the symbols of "C#" and "C++" belong.</summary>
    private static bool EndsWithLanguage(StringBuilder key)
    {
        var end = key.Length > 0 && key[^1] == '+' ? key.Length - 1 : key.Length;
        return end > 0 && char.IsAsciiLetter(key[end - 1]) && (end == 1 || key[end - 2] == ' ');
    }

    private static string Decompose(string text)
    {
        if (text.Length > MaximumInput)
        {
            text = text[..(char.IsHighSurrogate(text[MaximumInput - 1]) ? MaximumInput - 1 : MaximumInput)];
        }

        try
        {
            return text.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // Unpaired surrogate.
            return "";
        }
    }
}
