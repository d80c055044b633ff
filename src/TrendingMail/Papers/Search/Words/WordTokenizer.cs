using System.Text;

namespace TrendingMail.Papers.Search.Words;

/// <summary>The place of a word in a text.</summary>
internal readonly record struct WordRange(int Start, int End);

/// <summary>
/// Splits texts into words and folds them to the form in which they are indexed, queried and highlighted. A word is a
/// run of letters or a run of digits, so that "Qwen2.5" and "Qwen 2.5" are the same words. In scripts without spaces
/// between words, every two adjacent characters are a word (bigrams), and so is the last character of a run.
/// </summary>
internal static class WordTokenizer
{
    /// <summary>Longer words are truncated, when they are indexed as when they are searched.</summary>
    private const int MaximumLength = 64;

    private const int MaximumFoldedLength = 4 * MaximumLength;

    /// <summary>The words of a text as a query needs them.</summary>
    /// <returns>Without the last character of a run that ends the text: the bigram before it says the same.</returns>
    public static List<WordRange> Split(string text)
    {
        var words = new List<WordRange>();
        for (var position = 0; NextWord(text, ref position, out var word);)
        {
            words.Add(word with { End = Math.Min(word.End, word.Start + MaximumLength) });
        }

        if (words.Count > 1 && words[^1].End == words[^2].End)
        {
            words.RemoveAt(words.Count - 1);
        }

        return words;
    }

    /// <summary>The words of a text, folded and separated by spaces: what the full-text index is given.</summary>
    public static string FoldText(string text)
    {
        text = Compose(text);
        var folded = new StringBuilder(text.Length);
        Span<byte> buffer = stackalloc byte[MaximumFoldedLength];
        Span<char> characters = stackalloc char[MaximumFoldedLength];
        for (var position = 0; NextWord(text, ref position, out var word);)
        {
            var length = Fold(text.AsSpan(word.Start, word.End - word.Start), buffer);
            var count = Encoding.UTF8.GetChars(buffer[..length], characters);
            if (count > 0)
            {
                folded.Append(folded.Length > 0 ? " " : "").Append(characters[..count]);
            }
        }

        return folded.ToString();
    }

    /// <summary>One word of <see cref="Split"/>, folded.</summary>
    public static string FoldWord(string word)
    {
        Span<byte> buffer = stackalloc byte[MaximumFoldedLength];
        return Encoding.UTF8.GetString(buffer[..Fold(word, buffer)]);
    }

    /// <summary>The words of a query, folded and separated by spaces.</summary>
    public static string FoldQuery(string text)
    {
        text = Compose(text);
        return string.Join(' ', Split(text).Select(word => FoldWord(text[word.Start..word.End])));
    }

    /// <summary>Composes characters (NFC), so that they count as one, as in Hangul copied from a file name.</summary>
    public static string Compose(string text)
    {
        try
        {
            return text.Normalize();
        }
        catch (ArgumentException)
        {
            // An unpaired surrogate.
            return text;
        }
    }

    /// <summary>
    /// Finds the next word at or after a position, and advances the position to where the one after it may begin.
    /// </summary>
    public static bool NextWord(ReadOnlySpan<char> text, ref int position, out WordRange word)
    {
        var kind = CharacterKind.None;
        var length = 0;
        while (position < text.Length &&
            (kind = CharacterClass.At(text, position, out length)) is CharacterKind.None or CharacterKind.Mark)
        {
            position += length;
        }

        var start = position;
        if (position >= text.Length)
        {
            word = default;
            return false;
        }

        position = SkipMarks(text, position + length);
        if (kind == CharacterKind.Unspaced)
        {
            var isPair = position < text.Length &&
                CharacterClass.At(text, position, out length) == CharacterKind.Unspaced;
            word = new WordRange(start, isPair ? SkipMarks(text, position + length) : position);
            return true;
        }

        while (position < text.Length && CharacterClass.At(text, position, out length) is var next &&
            (next == kind || next == CharacterKind.Mark))
        {
            position += length;
        }

        position += LanguageSuffixLength(text, start, position);
        word = new WordRange(start, position);
        return true;
    }

    /// <summary>
    /// Writes a word as UTF-8 in lower case without diacritics, and superscripts and letterlike symbols as the plain
    /// characters that people type: "ℓ₂" as "l2". Returns the number of bytes.
    /// </summary>
    public static int Fold(ReadOnlySpan<char> word, Span<byte> folded)
    {
        var count = Math.Min(Math.Min(word.Length, MaximumLength), folded.Length);
        for (var i = 0; i < count; i++)
        {
            if (!char.IsAscii(word[i]))
            {
                return FoldUnicode(word[..count], folded);
            }

            if (!char.IsAsciiLetterOrDigit(word[i]))
            {
                return i + Append(word[i] == '#' ? "sharp" : "plusplus", folded[i..]);
            }

            folded[i] = (byte)char.ToLowerInvariant(word[i]);
        }

        return count;
    }

    private static int FoldUnicode(ReadOnlySpan<char> word, Span<byte> folded)
    {
        // Compatibility decomposition separates diacritics from letters, but would also take syllables apart.
        var isUnspaced = CharacterClass.At(word, 0, out _) == CharacterKind.Unspaced;
        var plain = Normalize(word.ToString(), isUnspaced ? NormalizationForm.FormKC : NormalizationForm.FormKD);
        var count = 0;
        if (GreekLetters.FindVariable(plain) is { } name)
        {
            count = Append(name, folded);
            plain = plain[1..];
        }

        foreach (var rune in plain.EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(rune);
            if (LetterFolding.Find(lower) is { } letters)
            {
                count += Append(letters, folded[count..]);
            }
            else if (Rune.IsLetterOrDigit(lower) && lower.TryEncodeToUtf8(folded[count..], out var bytes))
            {
                count += bytes;
            }
        }

        return count;
    }

    private static string Normalize(string text, NormalizationForm form)
    {
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            // An unpaired surrogate.
            return text;
        }
    }

    private static int Append(string letters, Span<byte> folded) =>
        Encoding.UTF8.TryGetBytes(letters, folded, out var bytes) ? bytes : 0;

    private static int SkipMarks(ReadOnlySpan<char> text, int position)
    {
        while (position < text.Length && CharacterClass.At(text, position, out var length) == CharacterKind.Mark)
        {
            position += length;
        }

        return position;
    }

    /// <summary>The symbols that tell the languages C++, C# and F# from C and F belong to the word.</summary>
    private static int LanguageSuffixLength(ReadOnlySpan<char> text, int start, int end) =>
        end - start != 1 || !char.IsAsciiLetter(text[start]) ? 0
            : text[end..].StartsWith("++") ? 2
            : text[end..].StartsWith("#") ? 1
            : 0;
}
