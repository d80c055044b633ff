using TrendingMail.Papers.Latex;
using TrendingMail.Papers.Search.Words;

namespace TrendingMail.Papers.Texts;

/// <summary>
/// A paper's texts in the two forms that are derived from what its sources report: as displayed, without LaTeX, and as
/// searched, in words.
/// </summary>
internal sealed record PaperText
{
    /// <summary>
    /// Increment it whenever the rules of <see cref="LatexText"/> or <see cref="WordTokenizer"/> change: stored papers
    /// with a lower version are converted again at the next start.
    /// </summary>
    public const int Version = 2;

    public const string Columns = """
        title, abstract, ai_summary, authors, search_title, search_abstract, search_authors, search_keywords,
        text_version
        """;

    /// <summary>The parameters for <see cref="Columns"/>.</summary>
    public const string Values = """
        @Title, @Abstract, @AiSummary, @Authors, @SearchTitle, @SearchAbstract, @SearchAuthors, @SearchKeywords,
        @Version
        """;

    /// <summary>A letter that nobody types separates entries, so that no phrase matches across two of them.</summary>
    private const string Separator = " \uA66E ";

    public required string Title { get; init; }

    public required string Abstract { get; init; }

    public string? AiSummary { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required string SearchTitle { get; init; }

    public required string SearchAbstract { get; init; }

    public required string SearchAuthors { get; init; }

    /// <summary>Identifiers, organization and keywords.</summary>
    public required string SearchKeywords { get; init; }

    public static PaperText From(PaperFacts facts) => From(
        facts.Title, facts.Abstract, facts.AiSummary, facts.Authors, facts.ArxivId, facts.Doi, facts.Organization,
        facts.Keywords);

    public static PaperText From(
        string title, string @abstract, string? aiSummary, IReadOnlyList<string> authors, string? arxivId,
        string? doi, string? organization, IReadOnlyList<string> keywords)
    {
        var readableTitle = LatexText.ToReadable(title);
        var readableAbstract = LatexText.ToReadable(@abstract);
        string[] readableAuthors = [.. authors.Select(LatexText.ToReadable)];
        return new PaperText
        {
            Title = readableTitle,
            Abstract = readableAbstract,
            AiSummary = aiSummary is null ? null : LatexText.ToReadable(aiSummary),
            Authors = readableAuthors,
            SearchTitle = WordTokenizer.FoldText(readableTitle),
            SearchAbstract = WordTokenizer.FoldText(readableAbstract),
            SearchAuthors = FoldList(readableAuthors),
            SearchKeywords = FoldList([arxivId ?? "", doi ?? "", organization ?? "", .. keywords]),
        };
    }

    private static string FoldList(IEnumerable<string> entries) =>
        string.Join(Separator, entries.Select(WordTokenizer.FoldText));
}
