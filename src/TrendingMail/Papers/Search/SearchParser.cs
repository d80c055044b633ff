using System.Globalization;

namespace TrendingMail.Papers.Search;

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
    private DateOnly? from;
    private DateOnly? to;
    private int position;

    public SearchParser(string text) => this.text = text.Length > SearchQuery.MaximumLength
        ? text[..SearchQuery.MaximumLength]
        : text;

    public SearchQuery Parse()
    {
        while (SkipSpace())
        {
            ReadClause();
        }

        return new SearchQuery
        {
            // Stop words alone are better than nothing.
            Terms = Distinct(terms.Count > 0 ? terms : stopWordTerms),
            Exclusions = Distinct(exclusions),
            From = from,
            To = to,
        };
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
            && !LooksLikeFormula(text.AsSpan(position + 1));
        if (excluded)
        {
            position++;
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
        var words = WordTokenizer.Split(value);
        if (words.Count == 0)
        {
            return null;
        }

        if (field == SearchField.Category)
        {
            return new SearchTerm(field, [value.Trim().ToLowerInvariant()]);
        }

        var isPrefix = !quoted && value.EndsWith('*') && words[^1].Length >= SearchQuery.MinimumPrefixLength;
        return new SearchTerm(field, isPrefix ? words : TrimStopWords(words), isPrefix);
    }

    /// <summary>Stop words at the ends of a phrase hardly narrow it and cost the most.</summary>
    private static List<string> TrimStopWords(List<string> words)
    {
        var first = words.FindIndex(word => !StopWords.Contains(word));
        var last = words.FindLastIndex(word => !StopWords.Contains(word));
        return first < 0 ? words : words[first..(last + 1)];
    }
}
