using System.Globalization;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Papers.Search.Parsing;

/// <summary>Parses a query from left to right. A clause ends at white space outside quotation marks.</summary>
internal sealed class SearchParser
{
    /// <summary>Stop words: nearly every abstract contains them, so they count only inside phrases.</summary>
    private static readonly HashSet<string> StopWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on",
        "or", "that", "the",
        "this", "to", "via", "we", "with",
    };

    private readonly string text;
    private readonly List<SearchTerm> terms = [];
    private readonly List<SearchTerm> stopWordTerms = [];
    private readonly List<SearchTerm> exclusions = [];
    private readonly List<SearchTerm> identifiers = [];
    private DateOnly? from;
    private DateOnly? to;
    private int position;

    public SearchParser(string text) => this.text = WordTokenizer.Compose(
        text.Length > SearchQuery.MaximumLength ? text[..SearchQuery.MaximumLength] : text);

    public SearchQuery Parse()
    {
        while (SkipSpace())
        {
            ReadClause();
        }

        return new SearchQuery
        {
            Terms = Distinct(ChooseTerms()),
            Exclusions = Distinct(exclusions),
            From = from,
            To = to,
        };
    }

    private List<SearchTerm> ChooseTerms()
    {
        if (identifiers.Count > 0)
        {
            // Whoever pastes an identifier wants that paper; the rest of a pasted reference says nothing more.
            return [.. terms.Where(term => term.Field != SearchField.Anywhere),
                PastedIdentifier.Combine(
                    [.. identifiers.DistinctBy(term => term.Text).Take(SearchQuery.MaximumTerms)])];
        }

        // Stop words alone are better than nothing.
        return terms.Count > 0 ? terms : stopWordTerms;
    }

    private static List<SearchTerm> Distinct(List<SearchTerm> terms) =>
        [.. terms.DistinctBy(term => term.ToString(), StringComparer.OrdinalIgnoreCase).Take(SearchQuery.MaximumTerms)];

    private static bool IsQuote(char character) => character is '"' or '“' or '”' or '„' or '«' or '»';

    private static bool StartsValue(char character) =>
        char.IsLetterOrDigit(character) || char.IsSurrogate(character) || IsQuote(character);

    /// <summary>
    /// Whether the dash before a text is the minus sign of a formula in a pasted title, such as <c>-Δu = f</c> or
    /// <c>-17</c>, rather than an exclusion.
    /// </summary>
    private static bool LooksLikeFormula(ReadOnlySpan<char> value)
    {
        var end = value.IndexOfAny(' ', '\t', '\n');
        value = end < 0 ? value : value[..end];
        if (char.IsAsciiDigit(value[0]) || value.Contains('='))
        {
            return true;
        }

        var (hasScript, hasLatin) = (false, false);
        foreach (var character in value)
        {
            hasScript |= char.GetUnicodeCategory(character)
                is UnicodeCategory.OtherNumber or UnicodeCategory.ModifierLetter;
            hasLatin |= char.IsAsciiLetter(character);
        }

        return hasScript || (GreekLetters.IsGreek(value[0]) && (hasLatin || value.Length <= 2));
    }

    private static bool IsDash(char character) => character is '-' or '−' or '–';

    private bool SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position < text.Length;
    }

    private void ReadClause()
    {
        var excluded = IsDash(text[position]) && position + 1 < text.Length && StartsValue(text[position + 1])
            && (!LooksLikeFormula(text.AsSpan(position + 1))
                || PastedIdentifier.FindAt(text, position + 1) is not null);
        if (excluded)
        {
            position++;
        }

        if (PastedIdentifier.FindAt(text, position) is { } identifier)
        {
            (excluded ? exclusions : identifiers).Add(identifier.Term);
            position += identifier.Length;
            return;
        }

        var name = ReadFieldName();
        var quoted = ReadQuoted(out var value);
        if (!quoted)
        {
            value = ReadUntilSpace();
        }

        if (name is not null && !excluded && !quoted && ReadDateRange(name, value))
        {
            return;
        }

        if (name is not null && ParseField(name) is { } field && CreateTerm(field, value, quoted) is { } fieldTerm)
        {
            (excluded ? exclusions : terms).Add(fieldTerm);
            return;
        }

        // An unknown field, as in "note:this", is two words.
        if (name is not null && CreateTerm(SearchField.Anywhere, name, quoted: false) is { } word)
        {
            Add(word, excluded);
        }

        if (CreateTerm(SearchField.Anywhere, value, quoted) is { } term)
        {
            Add(term, excluded);
        }
    }

    private void Add(SearchTerm term, bool excluded)
    {
        var isStopWord = term is { Words: [var only], IsPrefix: false } && StopWords.Contains(only);
        (excluded ? exclusions : isStopWord ? stopWordTerms : terms).Add(term);
    }

    /// <summary>Letters followed by a colon and a value.</summary>
    private string? ReadFieldName()
    {
        var end = position;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        if (end == position || end + 1 >= text.Length || text[end] != ':' || char.IsWhiteSpace(text[end + 1]))
        {
            return null;
        }

        var name = text[position..end].ToLowerInvariant();
        position = end + 1;
        return name;
    }

    /// <summary>The text between quotation marks; an unclosed mark is ignored.</summary>
    private bool ReadQuoted(out string value)
    {
        value = "";
        if (!IsQuote(text[position]))
        {
            return false;
        }

        for (var end = position + 1; end < text.Length; end++)
        {
            if (IsQuote(text[end]))
            {
                value = text[(position + 1)..end];
                position = end + 1;
                return true;
            }
        }

        return false;
    }

    private string ReadUntilSpace()
    {
        var start = position;

        // A quotation mark ends the clause: word"a phrase" is two clauses.
        while (position < text.Length && !char.IsWhiteSpace(text[position])
            && (position == start || !IsQuote(text[position])))
        {
            position++;
        }

        return text[start..position];
    }

    private bool ReadDateRange(string name, string value)
    {
        if (SearchDateRange.Parse(name, value) is not { } range)
        {
            return false;
        }

        from = from is null || range.From > from ? range.From ?? from : from;
        to = to is null || range.To < to ? range.To ?? to : to;
        return true;
    }

    private static SearchField? ParseField(string name) => name switch
    {
        "author" or "authors" => SearchField.Author,
        "title" => SearchField.Title,
        "category" or "cat" => SearchField.Category,
        _ => null,
    };

    /// <summary>Words joined by punctuation, such as GPT-4, become a phrase.</summary>
    private static SearchTerm? CreateTerm(SearchField field, string value, bool quoted)
    {
        var ranges = WordTokenizer.Split(value);
        if (ranges.Count == 0)
        {
            return null;
        }

        if (field == SearchField.Category)
        {
            return new SearchTerm(field, [value.Trim().ToLowerInvariant()]);
        }

        var last = ranges[^1];
        var isPrefix = !quoted && value.EndsWith('*') && last.End - last.Start >= SearchQuery.MinimumPrefixLength;
        ranges = isPrefix ? ranges : TrimStopWords(ranges, value);
        return new SearchTerm(
            field, [.. ranges.Select(range => value[range.Start..range.End])], isPrefix || IsHalfBigram(value, last))
        {
            Alternatives = NameOrders.Find(field, value, quoted),
        };
    }

    /// <summary>Whether a word is a single character of a script whose words are indexed as bigrams.</summary>
    private static bool IsHalfBigram(string value, WordRange word) =>
        CharacterClass.At(value, word.Start, out _) == CharacterKind.Unspaced &&
        WordTokenizer.FoldWord(value[word.Start..word.End]).EnumerateRunes().Count() == 1;

    /// <summary>
    /// Stop words at the ends of a phrase hardly narrow it and cost the most. The first word of "A100" is none.
    /// </summary>
    private static List<WordRange> TrimStopWords(List<WordRange> words, string value)
    {
        var first = 0;
        while (first < words.Count && IsStopWord(first))
        {
            first++;
        }

        var last = words.Count - 1;
        while (last > first && IsStopWord(last))
        {
            last--;
        }

        return first == words.Count ? words : words[first..(last + 1)];

        bool IsStopWord(int i) => StopWords.Contains(value[words[i].Start..words[i].End])
            && (i == 0 || words[i - 1].End < words[i].Start)
            && (i == words.Count - 1 || words[i].End < words[i + 1].Start);
    }
}
