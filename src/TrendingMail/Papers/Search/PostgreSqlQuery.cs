using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Papers.Search;

/// <summary>
/// A query in tsquery syntax (https://www.postgresql.org/docs/15/datatype-textsearch.html#DATATYPE-TSQUERY). The
/// indexes find the papers that contain all words; their positions and weights are rechecked in those papers.
/// </summary>
/// <param name="Words">What must match anywhere, by index; empty for no condition.</param>
/// <param name="Title">What must match in the title, by the title index.</param>
/// <param name="Recheck">What no index can answer: phrases and authors, wanted or excluded.</param>
internal readonly record struct PostgreSqlQuery(string Words, string Title, string Recheck)
{
    /// <summary>A letter that nobody types joins the parts of a category into one token.</summary>
    private const char CategorySeparator = '\uA66E';

    private const string WordVector = "(search || paper_days(listed_on))";

    private const string TitleVector = "(to_tsvector('paper_words', search_title) || paper_days(listed_on))";

    public bool IsEmpty => (Words, Title, Recheck) == ("", "", "");

    /// <param name="inTitle">Whether terms without a field must match the title.</param>
    public static PostgreSqlQuery Create(SearchQuery query, bool inTitle)
    {
        SearchTerm[] terms = [.. query.Terms.Select(
            term => inTitle && term.Field == SearchField.Anywhere ? term with { Field = SearchField.Title } : term)];
        return new PostgreSqlQuery(
            Conjunction(terms.Where(term => term.Field != SearchField.Title).Select(ToIndexTerm)
                .Concat(query.Exclusions.Where(IsIndexed).Select(term => $"!{ToIndexTerm(term)}"))),
            Conjunction(terms.Where(term => term.Field == SearchField.Title).Select(ToIndexTerm)),
            Conjunction(terms.Where(term => !IsIndexed(term) &&
                term is not { Field: SearchField.Title, Words.Count: 1, Alternatives.Count: 0 }).Select(ToRecheckTerm)
                .Concat(query.Exclusions.Where(term => !IsIndexed(term)).Select(term => $"!{ToRecheckTerm(term)}"))));
    }

    /// <summary>
    /// The WHERE condition, with parameters <c>@Words</c>, <c>@Title</c>, <c>@Recheck</c> and <c>@days</c>.
    /// </summary>
    /// <param name="withinDays">Whether to restrict it to the days of <c>@days</c>.</param>
    public string Condition(bool withinDays)
    {
        // A query that PostgreSQL's parser reduces to nothing matches nothing, whatever the day.
        string Matches(string words, string query) =>
            !withinDays ? $"{words} @@ to_tsquery('paper_words', {query})" : $"""
            numnode(to_tsquery('paper_words', {query})) > 0
            AND {words} @@ (to_tsquery('paper_words', {query}) && CAST(@days AS tsquery))
            """;

        (bool IsAsked, string Condition)[] parts =
        [
            (Words.Length > 0, Matches(WordVector, "@Words")),
            (Title.Length > 0, Matches(TitleVector, "@Title")),
            (withinDays && Words.Length + Title.Length == 0, $"{WordVector} @@ CAST(@days AS tsquery)"),
            (Recheck.Length > 0, "search @@ to_tsquery('paper_words', @Recheck)"),
        ];
        return string.Join(" AND ", parts.Where(part => part.IsAsked).Select(part => part.Condition));
    }

    private static string Conjunction(IEnumerable<string> parts) => string.Join(" & ", parts);

    /// <summary>Whether the word index answers a term completely, without a recheck.</summary>
    private static bool IsIndexed(SearchTerm term) =>
        term is { Field: SearchField.Category } or
        { Field: SearchField.Anywhere, Words.Count: 1, Alternatives.Count: 0 };

    /// <summary>The term's words in any position.</summary>
    private static string ToIndexTerm(SearchTerm term) => Alternatives(term, spelling => Format(spelling, " & ", ""));

    private static string ToRecheckTerm(SearchTerm term) => Alternatives(term,
        spelling => Format(spelling, " <-> ", spelling.Field switch
        {
            SearchField.Author => "C",
            SearchField.Title => "A",
            SearchField.Identifier => "D",
            _ => "",
        }));

    private static string Alternatives(SearchTerm term, Func<SearchTerm, string> format) =>
        term.Alternatives.Count == 0 ? format(term) : $"({string.Join(" | ", term.Spellings.Select(format))})";

    private static string Format(SearchTerm term, string operatorText, string weights)
    {
        if (term.Field == SearchField.Category)
        {
            // The whole category or archive is one token, without characters that could end the literal.
            var token = string.Concat(
                term.Words[0].Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : CategorySeparator));
            return $"'{token}{CategorySeparator}'";
        }

        // Folded words are letters and digits only, so nothing in them can end the literal.
        var words = term.Words.Select((word, i) =>
            (Text: WordTokenizer.FoldWord(word), Flags: weights +
                (term.IsPrefix && i == term.Words.Count - 1 ? "*" : "")));
        var parts = words.Select(word => $"'{word.Text}'{(word.Flags.Length > 0 ? ":" : "")}{word.Flags}");
        return $"({string.Join(operatorText, parts)})";
    }
}
