using TrendingMail.Papers.Search.Parsing;

namespace TrendingMail.Papers.Search.Words;

/// <summary>A word of a text, with a bit mask of the query words it matches.</summary>
internal readonly record struct TextWord(int Start, int End, ulong Matches);

/// <summary>Finds a query's terms in texts by the rules of the index: folded, stemmed, phrases in order.</summary>
internal sealed class TermMatcher
{
    /// <summary>Buffer size in bytes; longer words are compared by their beginning.</summary>
    private const int BufferSize = 260;

    private const int MaximumWords = 64;

    private readonly List<(byte[] Stem, bool IsPrefix)> words = [];
    private readonly bool[] firstLetters = new bool[128];

    public TermMatcher(IReadOnlyList<SearchTerm> terms)
    {
        Terms = [.. terms.Where(term => term.IsText).Select(term => new MatchedTerm(
            term.Field, [.. term.Spellings.Select(spelling => GetBits(spelling))]))];
    }

    public IReadOnlyList<MatchedTerm> Terms { get; }

    /// <summary>Splits a text into words, in order.</summary>
    public List<TextWord> Tokenize(string text)
    {
        var found = new List<TextWord>(text.Length / 6);
        for (var position = 0; WordTokenizer.NextWord(text, ref position, out var word);)
        {
            // Stemming keeps the first letter, so most words can be skipped without stemming them.
            var first = text[word.Start];
            var matches = !char.IsAscii(first) || firstLetters[char.ToLowerInvariant(first)]
                ? Matches(text.AsSpan(word.Start, word.End - word.Start))
                : 0;
            found.Add(new TextWord(word.Start, word.End, matches));
        }

        return found;
    }

    private static byte[] Stem(string word)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        return buffer[..PorterStemmer.Stem(buffer, WordTokenizer.Fold(word, buffer[..^1]))].ToArray();
    }

    private ulong[] GetBits(SearchTerm term) =>
        [.. term.Words.Select((word, i) => GetBit(word, term.IsPrefix && i == term.Words.Count - 1))];

    private ulong GetBit(string word, bool isPrefix)
    {
        var stem = Stem(word);
        var index = words.FindIndex(known => known.IsPrefix == isPrefix && known.Stem.AsSpan().SequenceEqual(stem));
        if (index < 0)
        {
            if (words.Count == MaximumWords)
            {
                return 0;
            }

            index = words.Count;
            words.Add((stem, isPrefix));
            if (stem.Length > 0 && stem[0] < firstLetters.Length)
            {
                firstLetters[stem[0]] = true;
            }
            else
            {
                // Folding may map other letters to this one: check every word.
                Array.Fill(firstLetters, true);
            }
        }

        return 1UL << index;
    }

    private ulong Matches(ReadOnlySpan<char> word)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        var stem = buffer[..PorterStemmer.Stem(buffer, WordTokenizer.Fold(word, buffer[..^1]))];
        var matches = 0UL;
        for (var i = 0; i < words.Count; i++)
        {
            var (wanted, isPrefix) = words[i];
            if (isPrefix ? stem.StartsWith(wanted) : stem.SequenceEqual(wanted))
            {
                matches |= 1UL << i;
            }
        }

        return matches;
    }
}

/// <summary>A query term, as the bits of its words in each of its spellings.</summary>
internal sealed record MatchedTerm(SearchField Field, IReadOnlyList<ulong[]> Spellings)
{
    /// <summary>With how many words the term occurs in a text at word <paramref name="index"/>; 0 if not.</summary>
    public int LengthAt(List<TextWord> text, int index)
    {
        var longest = 0;
        foreach (var spelling in Spellings)
        {
            longest = spelling.Length > longest && OccursAt(spelling, text, index) ? spelling.Length : longest;
        }

        return longest;
    }

    /// <summary>How often the term occurs in a text.</summary>
    public int CountOccurrences(List<TextWord> text)
    {
        var count = 0;
        for (var i = 0; i < text.Count; i++)
        {
            count += text[i].Matches != 0 && LengthAt(text, i) > 0 ? 1 : 0;
        }

        return count;
    }

    private static bool OccursAt(ulong[] spelling, List<TextWord> text, int index)
    {
        if (index + spelling.Length > text.Count)
        {
            return false;
        }

        for (var i = 0; i < spelling.Length; i++)
        {
            if ((text[index + i].Matches & spelling[i]) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
