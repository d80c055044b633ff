using System.CommandLine;
using System.Globalization;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Texts;

namespace TrendingMail.Worker.Commands.Papers;

/// <summary><c>papers search</c>: full-text search over all papers.</summary>
internal static class PapersSearch
{
    private static readonly Argument<string[]> Query = new("QUERY")
    {
        Description =
            "Words, \"a phrase\", begin*, -without, author:name, title:word, category:cs.CL (papers from arXiv), " +
            "after:2026-01-01, before:2026-02, date:2026-01..2026-02, or an identifier such as arXiv:2405.15738; " +
            "put -- first if the query begins with a dash",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> Limit = CommonOptions.Number(
        "--limit", "Number of papers to show", 20, 1, PaperSearch.MaximumPageSize);

    private static readonly Option<bool> Newest = new("--newest")
    {
        Description = "List the newest papers instead of the best",
    };

    public static Command Create() => CommandRun.Verb(
        "search", "Search papers by words, authors, dates and identifiers, best first", [Query, Limit, Newest],
        SearchAsync);

    private static async Task<int> SearchAsync(CommandRun run)
    {
        var query = SearchQuery.Parse(string.Join(' ', run.Value(Query)));
        var results = await run.Get<PaperSearch>().SearchAsync(query, 1, run.Value(Limit), run.Stop,
            run.Value(Newest) ? SearchOrder.Newest : SearchOrder.Relevance);
        run.Print(
            new
            {
                Query = query.ToString(),
                results.Total,
                results.HasMore,
                Papers = results.Hits.Select(hit => new
                {
                    hit.Paper.ArxivId,
                    Title = hit.Title.ToString(),
                    hit.Paper.Authors,
                    hit.Paper.ListedOn,
                    hit.Paper.Source,
                    hit.Paper.Edition,
                    Snippet = hit.Snippet.Segments.Select(segment => new { segment.Text, Marked = segment.IsMarked }),
                }),
            },
            results.Total == 0
                ?
                [
                    query.IsEmpty ? "The query is empty." : $"No papers match: {query}",
                    .. await CategoryNoteAsync(run, query),
                ]
                :
                [
                    .. ConsoleText.Table(["listed", "paper", "title"], results.Hits.Select(hit => (string[])
                    [
                        CommonOptions.FormatDate(hit.Paper.ListedOn), hit.Paper.ArxivId ?? "-", hit.Title.ToString(),
                    ])),
                    .. Footer(results),
                ]);
        return CommandRun.Done;
    }

    private static async Task<IEnumerable<string>> CategoryNoteAsync(CommandRun run, SearchQuery query) =>
        query.AsksCategory && !await run.Get<PaperVocabulary>().HasAnyAsync(VocabularyKind.Category, run.Stop)
            ? ["Recent papers have no categories: only papers from arXiv do (Papers:Sources)."]
            : [];

    private static IEnumerable<string> Footer(SearchResults results) =>
        results.Hits.Count == results.Total && !results.HasMore
            ? []
            : [string.Create(CultureInfo.InvariantCulture,
                $"{results.Hits.Count} of {(results.HasMore ? "more than " : "")}" +
                $"{ConsoleText.Count(results.Total, "paper")}.")];
}
