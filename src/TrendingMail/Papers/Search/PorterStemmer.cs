namespace TrendingMail.Papers.Search;

/// <summary>
/// Cuts English words down to what their forms share: "quantized", "quantizes" and "quantizing" to "quantiz". M. F. Porter,
/// An algorithm for suffix stripping (1980), with SQLite's <c>porter</c> tokenizer as the reference: the index holds its stems.
/// </summary>
internal static class PorterStemmer
{
    private const int Shortest = 3;

    private const int Longest = 64;

    // Of suffixes that end alike the longest comes first; only the first that fits is looked at.
    private static readonly (string Suffix, string Stem)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
        ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
        ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
        ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Suffix, string Stem)[] Step3 =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly string[] Step4 =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
        "ous", "ive", "ize",
    ];

    /// <summary>Stems a folded word in place and returns its new length. The room must be one character more than the word.</summary>
    public static int Stem(Span<char> word, int length)
    {
        if (length is < Shortest or > Longest)
        {
            return length;
        }

        length = StripPlural(word, length);
        length = StripPast(word, length);
        if (word[length - 1] == 'y' && HasVowel(word[..(length - 1)]))
        {
            word[length - 1] = 'i';
        }

        length = Replace(word, length, Step2);
        length = Replace(word, length, Step3);
        length = StripEnding(word, length);
        if (word[length - 1] == 'e')
        {
            var stem = word[..(length - 1)];
            length -= Measure(stem) > 1 || (Measure(stem) == 1 && !EndsShort(stem)) ? 1 : 0;
        }

        return length > 1 && word[length - 1] == 'l' && word[length - 2] == 'l' && Measure(word[..(length - 1)]) > 1
            ? length - 1
            : length;
    }

    private static int StripPlural(ReadOnlySpan<char> word, int length)
    {
        if (word[length - 1] != 's' || word[length - 2] == 's')
        {
            return length;
        }

        var losesTwo = word[length - 2] == 'e'
            && ((length > 4 && word[length - 4] == 's' && word[length - 3] == 's') || (length > 3 && word[length - 3] == 'i'));
        return losesTwo ? length - 2 : length - 1;
    }

    private static int StripPast(Span<char> word, int length)
    {
        var all = word[..length];
        if (length > 3 && all.EndsWith("eed"))
        {
            return Measure(all[..^3]) > 0 ? length - 1 : length;
        }

        if (length > 2 && all.EndsWith("ed") && HasVowel(all[..^2]))
        {
            length -= 2;
        }
        else if (length > 3 && all.EndsWith("ing") && HasVowel(all[..^3]))
        {
            length -= 3;
        }
        else
        {
            return length;
        }

        var stem = word[..length];
        if (stem.EndsWith("at") || stem.EndsWith("bl") || stem.EndsWith("iz"))
        {
            word[length] = 'e';
            return length + 1;
        }

        var last = stem[^1];
        if (length > 1 && last == stem[^2] && last is not ('l' or 's' or 'z') && !IsVowel(last, false))
        {
            return length - 1;
        }

        if (Measure(stem) == 1 && EndsShort(stem))
        {
            word[length] = 'e';
            return length + 1;
        }

        return length;
    }

    private static int Replace(Span<char> word, int length, (string Suffix, string Stem)[] rules)
    {
        foreach (var (suffix, stem) in rules)
        {
            if (length > suffix.Length && word[..length].EndsWith(suffix))
            {
                var kept = length - suffix.Length;
                if (Measure(word[..kept]) == 0)
                {
                    return length;
                }

                stem.CopyTo(word[kept..]);
                return kept + stem.Length;
            }
        }

        return length;
    }

    private static int StripEnding(ReadOnlySpan<char> word, int length)
    {
        foreach (var suffix in Step4)
        {
            if (length > suffix.Length && word[..length].EndsWith(suffix))
            {
                var kept = length - suffix.Length;
                return Measure(word[..kept]) > 1 && (suffix != "ion" || word[kept - 1] is 's' or 't') ? kept : length;
            }
        }

        return length;
    }

    private static bool IsVowel(char character, bool yIsVowel) =>
        character is 'a' or 'e' or 'i' or 'o' or 'u' || (yIsVowel && character == 'y');

    private static bool HasVowel(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (IsVowel(word[i], i > 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How often a vowel is followed by a consonant. A y after a consonant is a vowel.</summary>
    private static int Measure(ReadOnlySpan<char> word)
    {
        var measure = 0;
        var consonant = false;
        var seenVowel = false;
        foreach (var character in word)
        {
            consonant = !IsVowel(character, consonant);
            if (!consonant)
            {
                seenVowel = true;
            }
            else if (seenVowel)
            {
                measure++;
                seenVowel = false;
            }
        }

        return measure;
    }

    /// <summary>Consonant, vowel, consonant, and the last is not w, x or y.</summary>
    private static bool EndsShort(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word[^1] is 'w' or 'x' or 'y')
        {
            return false;
        }

        var mask = 0;
        var consonant = false;
        foreach (var character in word)
        {
            consonant = !IsVowel(character, consonant);
            mask = (mask << 1) | (consonant ? 1 : 0);
        }

        return (mask & 7) == 5;
    }
}
