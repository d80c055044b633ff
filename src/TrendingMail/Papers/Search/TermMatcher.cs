namespace TrendingMail.Papers.Search;

/// <summary>A word of a text, and which of the query's words it is: a bit each.</summary>
internal readonly record struct TextWord(int Start, int End, ulong Matches);

/// <summary>Finds a query's terms in texts, by the rules of the index: folded, stemmed, phrases in order.</summary>
internal sealed class TermMatcher
{
    /// <summary>Longer words are told by their beginning.</summary>
    private const int Room = 260;

    private const int MaximumWords = 64;

    private readonly List<(byte[] Stem, bool IsPrefix)> words = [];
    private readonly bool[] firstLetters = new bool[128];

    public TermMatcher(IReadOnlyList<SearchTerm> terms)
    {
        Terms = [.. terms.Where(term => term.Field != SearchField.Category).Select(term => new MatchedTerm(
            term.Field,
            [.. term.Words.Select((word, i) => BitOf(word, term.IsPrefix && i == term.Words.Count - 1))]))];
    }

    public IReadOnlyList<MatchedTerm> Terms { get; }

    /// <summary>The words of a text, in order.</summary>
    public List<TextWord> Read(string text)
    {
        var found = new List<TextWord>(text.Length / 6);
        for (var position = 0; Words.Next(text, ref position, out var start);)
        {
            // Stemming leaves the first letter as it is: most words need no second look.
            var first = text[start];
            var matches = !char.IsAscii(first) || firstLetters[char.ToLowerInvariant(first)]
                ? Matches(text.AsSpan(start, position - start))
                : 0;
            found.Add(new TextWord(start, position, matches));
        }

        return found;
    }

    private static byte[] StemOf(string word)
    {
        Span<byte> room = stackalloc byte[Room];
        return room[..PorterStemmer.Stem(room, Words.Fold(word, room[..^1]))].ToArray();
    }

    private ulong BitOf(string word, bool isPrefix)
    {
        var stem = StemOf(word);
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
                // A letter that folding may make of another one: look at everything.
                Array.Fill(firstLetters, true);
            }
        }

        return 1UL << index;
    }

    private ulong Matches(ReadOnlySpan<char> word)
    {
        Span<byte> room = stackalloc byte[Room];
        var stem = room[..PorterStemmer.Stem(room, Words.Fold(word, room[..^1]))];
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

/// <summary>A term of a query, by the bits of its words.</summary>
internal sealed record MatchedTerm(SearchField Field, IReadOnlyList<ulong> Bits)
{
    /// <summary>Whether the term stands in a text from its word <paramref name="at"/> on.</summary>
    public bool StandsAt(List<TextWord> text, int at)
    {
        if (at + Bits.Count > text.Count)
        {
            return false;
        }

        for (var i = 0; i < Bits.Count; i++)
        {
            if ((text[at + i].Matches & Bits[i]) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How often the term stands in a text.</summary>
    public int CountIn(List<TextWord> text)
    {
        var count = 0;
        for (var i = 0; i < text.Count; i++)
        {
            count += text[i].Matches != 0 && StandsAt(text, i) ? 1 : 0;
        }

        return count;
    }
}
