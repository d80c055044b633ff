namespace TrendingMail.Papers.Search;

/// <summary>Reads a query from left to right, piece by piece. A piece ends at white space outside quotation marks.</summary>
internal sealed class SearchParser
{
    /// <summary>Words that nearly every abstract has: they tell no paper from another, and count only inside phrases.</summary>
    private static readonly HashSet<string> SmallWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the",
        "this", "to", "via", "we", "with",
    };

    private readonly string text;
    private readonly List<SearchTerm> terms = [];
    private readonly List<SearchTerm> smallTerms = [];
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
            ReadPiece();
        }

        return new SearchQuery
        {
            // Small words alone are better than nothing.
            Terms = Distinct(terms.Count > 0 ? terms : smallTerms),
            Exclusions = Distinct(exclusions),
            From = from,
            To = to,
        };
    }

    private static List<SearchTerm> Distinct(List<SearchTerm> terms) =>
        [.. terms.DistinctBy(term => term.ToString(), StringComparer.OrdinalIgnoreCase).Take(SearchQuery.MaximumTerms)];

    private static bool IsQuote(char character) => character is '"' or '“' or '”' or '„' or '«' or '»';

    private static bool BeginsValue(char character) =>
        char.IsLetterOrDigit(character) || char.IsSurrogate(character) || IsQuote(character);

    private static bool IsDash(char character) => character is '-' or '−' or '–';

    private bool SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position < text.Length;
    }

    private void ReadPiece()
    {
        var excluded = IsDash(text[position]) && position + 1 < text.Length && BeginsValue(text[position + 1]);
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

        if (name is not null && !excluded && !quoted && ReadDays(name, value))
        {
            return;
        }

        if (name is not null && FieldOf(name) is { } field && TermOf(field, value, quoted) is { } fielded)
        {
            (excluded ? exclusions : terms).Add(fielded);
            return;
        }

        // "note:this" is two words, and so is a field that we do not know.
        if (name is not null && TermOf(SearchField.Anywhere, name, quoted: false) is { } word)
        {
            Add(word, excluded);
        }

        if (TermOf(SearchField.Anywhere, value, quoted) is { } term)
        {
            Add(term, excluded);
        }
    }

    private void Add(SearchTerm term, bool excluded)
    {
        var small = term is { Words: [var only], IsPrefix: false } && SmallWords.Contains(only);
        (excluded ? exclusions : small ? smallTerms : terms).Add(term);
    }

    /// <summary>Letters that a colon follows, with something after it.</summary>
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

    /// <summary>What stands between quotation marks; a mark that is never closed means nothing.</summary>
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

        // A quotation mark ends the piece: in word"a phrase" there are two.
        while (position < text.Length && !char.IsWhiteSpace(text[position])
            && (position == start || !IsQuote(text[position])))
        {
            position++;
        }

        return text[start..position];
    }

    private bool ReadDays(string name, string value)
    {
        if (SearchDays.Parse(name, value) is not { } days)
        {
            return false;
        }

        from = from is null || days.From > from ? days.From ?? from : from;
        to = to is null || days.To < to ? days.To ?? to : to;
        return true;
    }

    private static SearchField? FieldOf(string name) => name switch
    {
        "author" or "authors" => SearchField.Author,
        "title" => SearchField.Title,
        "category" or "cat" => SearchField.Category,
        _ => null,
    };

    /// <summary>Words with signs between them, such as GPT-4, stand one after the other in the text, too.</summary>
    private static SearchTerm? TermOf(SearchField field, string value, bool quoted)
    {
        var words = Words.In(value);
        if (words.Count == 0)
        {
            return null;
        }

        if (field == SearchField.Category)
        {
            return new SearchTerm(field, [value.Trim().ToLowerInvariant()]);
        }

        var prefix = !quoted && value.EndsWith('*') && words[^1].Length >= SearchQuery.ShortestBeginning;
        return new SearchTerm(field, prefix ? words : WithoutSmallEnds(words), prefix);
    }

    /// <summary>Small words at a phrase's ends hardly narrow it, and cost the most.</summary>
    private static List<string> WithoutSmallEnds(List<string> words)
    {
        var first = words.FindIndex(word => !SmallWords.Contains(word));
        var last = words.FindLastIndex(word => !SmallWords.Contains(word));
        return first < 0 ? words : words[first..(last + 1)];
    }
}
