using System.Text;

namespace TrendingMail.Papers.Latex.Symbols;

/// <summary>Writes superscripts, subscripts, fractions and accents on one line.</summary>
internal static class LatexScripts
{
    private const string RaisedFrom =
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθ⊤∘°*†‡′″‴";
    private const string RaisedTo =
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵀ°°*†‡′″‴";
    private const string LoweredFrom = "0123456789+-−=()aehijklmnoprstuvxβγρφχ";
    private const string LoweredTo = "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ";

    /// <summary>
    /// A superscript: in superscript characters if all exist, otherwise <c>^max</c> or <c>^(n×d)</c>.
    /// </summary>
    public static string Raise(string text) => Script(text.Trim(), '^', RaisedFrom, RaisedTo);

    /// <summary>A subscript: in subscript characters if all exist, otherwise <c>_max</c> or <c>_(x∼p)</c>.</summary>
    public static string Lower(string text) => Script(text.Trim(), '_', LoweredFrom, LoweredTo);

    /// <summary>Adds a combining mark to the first letter, precomposed if Unicode has such a letter.</summary>
    public static string Accent(string text, char mark)
    {
        if (text.Length == 0 || text[0] >= '\uD800')
            return text;
        char letter = text[0] switch { 'ı' => 'i', 'ȷ' => 'j', var other => other };
        return string.Concat($"{letter}{mark}".Normalize(NormalizationForm.FormC), text.AsSpan(1));
    }

    /// <summary>A fraction on one line, with parentheses where it would otherwise be ambiguous.</summary>
    public static string Fraction(string numerator, string denominator)
    {
        string top = IsProduct(numerator) ? numerator : $"({numerator})";
        string bottom = IsFactor(denominator) ? denominator : $"({denominator})";
        return $"{top}/{bottom}";
    }

    /// <summary>Whether the text needs no parentheses under a root, a power or a fraction bar.</summary>
    public static bool IsFactor(string text)
    {
        if (text.All(c => char.IsAsciiDigit(c) || c is '.' or ',') || IsBracketed(text, 0))
            return true;
        if (text[0] == '√')
            return IsFactor(text[1..]);

        // One letter is a variable and three a word, but "mn" may be a product.
        int letters = text.TakeWhile(c => char.IsLetter(c) && !IsScript(c)).Count();
        if (letters == 2 && (text.Length == 2 || text[2] != '('))
            return false;

        int end = letters > 0 ? letters : char.IsSurrogatePair(text, 0) ? 2 : 1;
        while (end < text.Length && IsScript(text[end]))
            end++;
        if (end < text.Length && text[end] is '_' or '^')
        {
            end++;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
                end++;
        }

        return end == text.Length || IsBracketed(text, end);
    }

    private static bool IsProduct(string text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            depth += c is '(' ? 1 : c is ')' ? -1 : 0;
            bool joins = char.IsLetterOrDigit(c) || IsScript(c) || char.IsSurrogate(c)
                || "()|._^√∂∇∞%".Contains(c) || (c is '-' && i == 0);
            if (depth < 0 || (depth == 0 && !joins))
                return false;
        }

        return depth == 0;
    }

    private static bool IsBracketed(string text, int start)
    {
        if (start + 1 >= text.Length || text[start] != '(' || text[^1] != ')')
            return false;

        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            depth += text[i] is '(' ? 1 : text[i] is ')' ? -1 : 0;
            if (depth == 0)
                return i == text.Length - 1;
        }

        return false;
    }

    private static bool IsScript(char c) =>
        RaisedTo.Contains(c) || LoweredTo.Contains(c)
        || c is >= '\u0300' and <= '\u036F' or >= '\u20D0' and <= '\u20FF';

    private static string Script(string text, char sign, string from, string to)
    {
        if (text.Length == 0)
            return "";

        string packed = text.Replace(" ", "", StringComparison.Ordinal);
        if (packed.All(c => from.Contains(c)) && !HasWord(packed))
            return string.Create(packed.Length, packed, (span, original) =>
            {
                for (int i = 0; i < span.Length; i++)
                    span[i] = to[from.IndexOf(original[i])];
            });

        bool isPlain = text.Length == 1
            || text.All(c => char.IsLetter(c) || char.IsNumber(c) || char.IsSurrogate(c) || c is '.');
        return isPlain || IsBracketed(text, 0) ? $"{sign}{text}" : $"{sign}({text})";
    }

    /// <summary>A word such as "max" is hard to read in small letters; indices such as "ijk" are not words.</summary>
    private static bool HasWord(string text)
    {
        int letters = 0;
        bool onlyIndices = true;
        foreach (char c in text)
        {
            letters = char.IsAsciiLetter(c) ? letters + 1 : 0;
            onlyIndices = letters == 0 || ((letters == 1 || onlyIndices) && c is >= 'i' and <= 'n');
            if (letters >= 3 && !onlyIndices)
                return true;
        }

        return false;
    }
}
