namespace TrendingMail.Papers.Search.Words;

/// <summary>Greek letters as variables in formulas, which people type by their names.</summary>
internal static class GreekLetters
{
    private const string Letters = "αβγδεζηθικλμνξοπρσςτυφχψω";

    private static readonly string[] Names =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];

    /// <summary>
    /// The name of the letter that begins a word, if it stands for itself: in "β" and "γ1", but not in a Greek word.
    /// </summary>
    public static string? FindVariable(string word)
    {
        if (word.Length == 0 || (word.Length > 1 && (IsGreek(word[1]) || char.GetUnicodeCategory(word[1])
            == System.Globalization.UnicodeCategory.NonSpacingMark)))
        {
            return null;
        }

        var index = Letters.IndexOf(char.ToLowerInvariant(word[0]));
        return index < 0 ? null : Names[index];
    }

    /// <summary>Whether a letter belongs to the Greek alphabet.</summary>
    public static bool IsGreek(char character) =>
        character is >= '\u0370' and <= '\u03FF' or >= '\u1F00' and <= '\u1FFF';
}
