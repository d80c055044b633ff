using System.Text;

namespace TrendingMail.Papers.Search;

/// <summary>
/// A query as PostgreSQL writes it (https://www.postgresql.org/docs/15/datatype-textsearch.html#DATATYPE-TSQUERY). The indexes tell
/// which papers have all of the words; whether they stand in the right place must be read in those.
/// </summary>
/// <param name="Words">What a paper must have anywhere, for the index; empty where nothing.</param>
/// <param name="Title">What it must have in its title, for the index of titles.</param>
/// <param name="Exactly">What no index tells: phrases, authors, and what is excluded of them.</param>
internal readonly record struct PostgreSqlQuery(string Words, string Title, string Exactly)
{
    /// <summary>A letter that nobody types: it joins a category to one word.</summary>
    private const char CategoryJoint = '\uA66E';

    private const string AllWords = "(search || paper_days(listed_on))";

    private const string TitleWords = "(to_tsvector('paper_words', paper_text(title)) || paper_days(listed_on))";

    public bool IsEmpty => (Words, Title, Exactly) == ("", "", "");

    /// <param name="inTitle">Whether what may stand anywhere must stand in the title.</param>
    public static PostgreSqlQuery Of(SearchQuery query, bool inTitle)
    {
        SearchTerm[] terms = [.. query.Terms.Select(
            term => inTitle && term.Field == SearchField.Anywhere ? term with { Field = SearchField.Title } : term)];
        return new PostgreSqlQuery(
            All(terms.Where(term => term.Field != SearchField.Title).Select(OfIndex)
                .Concat(query.Exclusions.Where(IsOfIndex).Select(term => $"!{OfIndex(term)}"))),
            All(terms.Where(term => term.Field == SearchField.Title).Select(OfIndex)),
            All(terms.Where(term => !IsOfIndex(term) && term is not { Field: SearchField.Title, Words.Count: 1 }).Select(Exact)
                .Concat(query.Exclusions.Where(term => !IsOfIndex(term)).Select(term => $"!{Exact(term)}"))));
    }

    /// <summary>The condition for a paper, with the parameters <c>@Words</c>, <c>@Title</c>, <c>@Exactly</c> and <c>@days</c>.</summary>
    /// <param name="withDays">Whether it must be of certain days.</param>
    public string Condition(bool withDays)
    {
        // A query of which the parser leaves nothing finds nothing, whatever the day.
        string Has(string words, string query) => !withDays ? $"{words} @@ to_tsquery('paper_words', {query})" : $"""
            numnode(to_tsquery('paper_words', {query})) > 0
            AND {words} @@ (to_tsquery('paper_words', {query}) && CAST(@days AS tsquery))
            """;

        (bool IsAsked, string Condition)[] parts =
        [
            (Words.Length > 0, Has(AllWords, "@Words")),
            (Title.Length > 0, Has(TitleWords, "@Title")),
            (withDays && Words.Length + Title.Length == 0, $"{AllWords} @@ CAST(@days AS tsquery)"),
            (Exactly.Length > 0, "search @@ to_tsquery('paper_words', @Exactly)"),
        ];
        return string.Join(" AND ", parts.Where(part => part.IsAsked).Select(part => part.Condition));
    }

    private static string All(IEnumerable<string> parts) => string.Join(" & ", parts);

    /// <summary>Whether the index of all words tells all of a term.</summary>
    private static bool IsOfIndex(SearchTerm term) => term is { Field: SearchField.Category } or { Field: SearchField.Anywhere, Words.Count: 1 };

    /// <summary>Its words, wherever they stand.</summary>
    private static string OfIndex(SearchTerm term) => Match(term, " & ", "");

    private static string Exact(SearchTerm term) => Match(term, " <-> ", term.Field switch
    {
        SearchField.Author => "C",
        SearchField.Title => "A",
        _ => "",
    });

    private static string Match(SearchTerm term, string joint, string weights)
    {
        if (term.Field == SearchField.Category)
        {
            // The whole category or archive is one word; what could end the string is no part of it.
            var joined = string.Concat(term.Words[0].Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : CategoryJoint));
            return $"'{joined}{CategoryJoint}'";
        }

        // Words are letters and digits, so that nothing in them can end the string.
        var words = term.Words.Select((word, i) =>
            (Text: Plain(word), Flags: weights + (term.IsPrefix && i == term.Words.Count - 1 ? "*" : "")));
        return $"({string.Join(joint, words.Select(word => $"'{word.Text}'{(word.Flags.Length > 0 ? ":" : "")}{word.Flags}"))})";
    }

    /// <summary>As the index has it before it is stemmed: without diacritics.</summary>
    private static string Plain(string word)
    {
        var room = new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        return Encoding.UTF8.GetString(room, 0, Search.Words.Fold(word, room));
    }
}
