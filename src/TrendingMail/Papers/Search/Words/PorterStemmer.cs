using System.Text;

namespace TrendingMail.Papers.Search.Words;

/// <summary>
/// Reduces English words to their stems: "quantized", "quantizes" and "quantizing" to "quantiz". Implements M. F.
/// Porter, An algorithm for suffix stripping (1980), exactly as SQLite's <c>porter</c> tokenizer does, because the
/// index holds its stems: letters are UTF-8 bytes.
/// </summary>
internal static class PorterStemmer
{
    private const int MinimumLength = 3;

    private const int MaximumLength = 64;

    // Longer suffixes come before their own endings; only the first match applies.
    private static readonly (byte[] Suffix, byte[] Stem)[] Step2 = ParseRules(
        "ational>ate tional>tion enci>ence anci>ance izer>ize logi>log bli>ble alli>al entli>ent eli>e " +
        "ousli>ous ization>ize ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al " +
        "iviti>ive biliti>ble");

    private static readonly (byte[] Suffix, byte[] Stem)[] Step3 = ParseRules(
        "icate>ic ative> alize>al iciti>ic ical>ic ful> ness>");

    private static readonly byte[][] Step4 =
    [
        .. "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
            .Split(' ').Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Stems a folded word in place and returns its new length.</summary>
    /// <param name="word">Must have room for one byte more than the word.</param>
    public static int Stem(Span<byte> word, int length)
    {
        if (length is < MinimumLength or > MaximumLength)
        {
            return length;
        }

        length = StripPlural(word, length);
        length = StripPastTense(word, length);
        if (word[length - 1] == 'y' && HasVowel(word[..(length - 1)]))
        {
            word[length - 1] = (byte)'i';
        }

        length = Replace(word, length, Step2);
        length = Replace(word, length, Step3);
        length = StripStep4(word, length);
        if (word[length - 1] == 'e')
        {
            var stem = word[..(length - 1)];
            length -= Measure(stem) > 1 || (Measure(stem) == 1 && !EndsInShortSyllable(stem)) ? 1 : 0;
        }

        return length > 1 && word[length - 1] == 'l' && word[length - 2] == 'l' && Measure(word[..(length - 1)]) > 1
            ? length - 1
            : length;
    }

    /// <summary>Parses rules such as "iviti>ive": a suffix and its replacement.</summary>
    private static (byte[] Suffix, byte[] Stem)[] ParseRules(string rules) =>
    [
        .. rules.Split(' ').Select(rule => rule.Split('>'))
            .Select(rule => (Encoding.ASCII.GetBytes(rule[0]), Encoding.ASCII.GetBytes(rule[1]))),
    ];

    private static int StripPlural(ReadOnlySpan<byte> word, int length)
    {
        if (word[length - 1] != 's' || word[length - 2] == 's')
        {
            return length;
        }

        var losesTwo = word[length - 2] == 'e'
            && ((length > 4 && word[length - 4] == 's' && word[length - 3] == 's') ||
                (length > 3 && word[length - 3] == 'i'));
        return losesTwo ? length - 2 : length - 1;
    }

    private static int StripPastTense(Span<byte> word, int length)
    {
        var all = word[..length];
        if (length > 3 && all.EndsWith("eed"u8))
        {
            return Measure(all[..^3]) > 0 ? length - 1 : length;
        }

        if (length > 2 && all.EndsWith("ed"u8) && HasVowel(all[..^2]))
        {
            length -= 2;
        }
        else if (length > 3 && all.EndsWith("ing"u8) && HasVowel(all[..^3]))
        {
            length -= 3;
        }
        else
        {
            return length;
        }

        var stem = word[..length];
        if (stem.EndsWith("at"u8) || stem.EndsWith("bl"u8) || stem.EndsWith("iz"u8))
        {
            word[length] = (byte)'e';
            return length + 1;
        }

        var last = stem[^1];
        if (length > 1 && last == stem[^2] && last is not ((byte)'l' or (byte)'s' or (byte)'z') &&
            !IsVowel(last, false))
        {
            return length - 1;
        }

        if (Measure(stem) == 1 && EndsInShortSyllable(stem))
        {
            word[length] = (byte)'e';
            return length + 1;
        }

        return length;
    }

    private static int Replace(Span<byte> word, int length, (byte[] Suffix, byte[] Stem)[] rules)
    {
        foreach (var (suffix, stem) in rules)
        {
            if (length > suffix.Length && word[..length].EndsWith(suffix))
            {
                var stemLength = length - suffix.Length;
                if (Measure(word[..stemLength]) == 0)
                {
                    return length;
                }

                stem.CopyTo(word[stemLength..]);
                return stemLength + stem.Length;
            }
        }

        return length;
    }

    private static int StripStep4(ReadOnlySpan<byte> word, int length)
    {
        foreach (var suffix in Step4)
        {
            if (length > suffix.Length && word[..length].EndsWith(suffix))
            {
                var stemLength = length - suffix.Length;
                var fits = !suffix.AsSpan().SequenceEqual("ion"u8) || word[stemLength - 1] is (byte)'s' or (byte)'t';
                return fits && Measure(word[..stemLength]) > 1 ? stemLength : length;
            }
        }

        return length;
    }

    private static bool IsVowel(byte character, bool yIsVowel) =>
        character is (byte)'a' or (byte)'e' or (byte)'i' or (byte)'o' or (byte)'u' || (yIsVowel && character == 'y');

    private static bool HasVowel(ReadOnlySpan<byte> word)
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

    /// <summary>Porter's m: the number of vowel-consonant sequences. A y after a consonant is a vowel.</summary>
    private static int Measure(ReadOnlySpan<byte> word)
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

    /// <summary>Porter's *o: ends consonant, vowel, consonant, where the last is not w, x or y.</summary>
    private static bool EndsInShortSyllable(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty || word[^1] is (byte)'w' or (byte)'x' or (byte)'y')
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
