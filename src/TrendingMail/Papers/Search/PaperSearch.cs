using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Search.Words;
using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>A paper that was found, with hits marked in its title and in a snippet of its abstract.</summary>
public sealed record SearchHit(Paper Paper, HighlightedText Title, HighlightedText Snippet);

/// <summary>The order of search results.</summary>
public enum SearchOrder
{
    /// <summary>The best first.</summary>
    Relevance,

    /// <summary>The last listed first.</summary>
    Newest,
}

/// <summary>One page of search results.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Total">How many papers can be paged through.</param>
/// <param name="HasMore">Whether more papers than <paramref name="Total"/> match.</param>
public sealed record SearchResults(
    SearchQuery Query, IReadOnlyList<SearchHit> Hits, int Page, int PageSize, int Total, bool HasMore)
{
    public bool HasNextPage => (long)Page * PageSize < Total;
}

/// <summary>
/// Full-text search over all papers. Up to <see cref="MaximumCandidates"/> papers that match a query are ranked. If
/// there are more, the newest are ranked together with title matches from a longer period: ranking every match of a
/// common word would take longer with each paper added and improve little. In the order of time, the newest are listed
/// whatever their rank.
/// </summary>
public sealed class PaperSearch(
    Database database, ISearchDialect dialect, PaperStore store, TimeProvider clock)
{
    /// <summary>The maximum number of papers that are ranked.</summary>
    public const int MaximumCandidates = 200;

    public const int MaximumPageSize = 100;

    /// <summary>Counting a term's papers stops here: a word this common says little.</summary>
    private const int MaximumDocumentFrequency = 1000;

    /// <summary>How many times longer than the newest matches' period the search for title matches reaches.</summary>
    private const int TitlePeriodFactor = 20;

    private const int MaximumTitleMatches = 100;

    /// <summary>More than all sources together list on a day.</summary>
    private const int MaximumDayMatches = 10_000;

    /// <summary>Runs a search; no query is an error.</summary>
    /// <param name="page">From 1; lower values count as 1.</param>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<SearchResults> SearchAsync(
        SearchQuery query, int page, int pageSize, CancellationToken cancellationToken,
        SearchOrder order = SearchOrder.Relevance)
    {
        (page, pageSize) = (Math.Max(page, 1), Math.Clamp(pageSize, 1, MaximumPageSize));
        if (query.IsEmpty || query.From > query.To)
        {
            return new SearchResults(query, [], page, pageSize, 0, false);
        }

        var matcher = new TermMatcher(query.Terms);
        var (ranked, hasMore) = await database.ReadAsync(
            session => order == SearchOrder.Newest
                ? ListNewestAsync(session, query)
                : RankAsync(session, query, matcher), cancellationToken);
        var ids = ranked.Skip((int)Math.Min((page - 1L) * pageSize, int.MaxValue)).Take(pageSize).ToList();
        var papers = await store.ListByIdsAsync(ids, cancellationToken);
        var highlighter = new Highlighter(matcher);
        return new SearchResults(query, [.. papers.Select(paper => new SearchHit(
            paper,
            highlighter.Mark(paper.Title, SearchField.Title),
            highlighter.Snippet(paper.Abstract, SearchField.Anywhere)))], page, pageSize, ranked.Count, hasMore);
    }

    /// <summary>The newest matches; of a day's matches, the last added first.</summary>
    private async Task<(IReadOnlyList<long> Ids, bool HasMore)> ListNewestAsync(Session session, SearchQuery query)
    {
        IReadOnlyList<Candidate> found = await dialect.NewestAsync(
            session, query, inTitle: false, MaximumCandidates + 1);
        var hasMore = found.Count > MaximumCandidates;
        if (hasMore)
        {
            // The limit may have cut off the last day's newest matches, since the index lists a day's oldest first.
            var day = found[^1].ListedOn;
            found = [.. found.Where(paper => paper.ListedOn > day), .. await dialect.NewestAsync(
                session, query with { From = day, To = day }, inTitle: false, MaximumDayMatches)];
        }

        return ([.. found.OrderByDescending(paper => paper.ListedOn).ThenByDescending(paper => paper.Id)
            .Select(paper => paper.Id).Take(MaximumCandidates)], hasMore);
    }

    private async Task<(IReadOnlyList<long> Ids, bool HasMore)> RankAsync(
        Session session, SearchQuery query, TermMatcher matcher)
    {
        IReadOnlyList<Candidate> found = await dialect.NewestAsync(
            session, query, inTitle: false, MaximumCandidates + 1);
        var hasMore = found.Count > MaximumCandidates;
        if (hasMore && matcher.Terms.Any(term => term.Field == SearchField.Anywhere))
        {
            found = [.. found,
                .. await dialect.NewestAsync(session, WidenPeriod(query, found), inTitle: true, MaximumTitleMatches)];
        }

        var inverseDocumentFrequencies = await InverseDocumentFrequenciesAsync(session, query, found);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var ranked = new Relevance(matcher, inverseDocumentFrequencies, today).Rank(
            found.DistinctBy(paper => paper.Id));
        return (hasMore ? [.. ranked.Take(MaximumCandidates)] : ranked, hasMore);
    }

    /// <summary>The same query over a period with about <see cref="TitlePeriodFactor"/> times as many papers.</summary>
    private static SearchQuery WidenPeriod(SearchQuery query, IReadOnlyList<Candidate> newest)
    {
        var days = Math.Max(newest[0].ListedOn.DayNumber - newest[^1].ListedOn.DayNumber, 1) * TitlePeriodFactor;
        var from = DateOnly.FromDayNumber(Math.Max(newest[0].ListedOn.DayNumber - days, 0));
        return query with { From = query.From > from ? query.From : from };
    }

    private async Task<IReadOnlyList<double>> InverseDocumentFrequenciesAsync(
        Session session, SearchQuery query, IReadOnlyList<Candidate> found)
    {
        var terms = query.Terms.Where(term => term.IsText).ToList();
        if (terms.Count < 2 || found.Count < 2)
        {
            return [.. terms.Select(_ => 1.0)];
        }

        // An estimate: papers are hardly ever deleted, and counting them would cost more than the search.
        var documentCount = await session.SingleAsync<long>("SELECT COALESCE(MAX(id), 0) FROM papers");
        var inverseDocumentFrequencies = new List<double>();
        foreach (var term in terms)
        {
            // A prefix matches many words and counts as common.
            var documentFrequency = term.IsPrefix ? MaximumDocumentFrequency
                : await dialect.CountAsync(session, term, found[0].ListedOn, MaximumDocumentFrequency);
            inverseDocumentFrequencies.Add(Relevance.InverseDocumentFrequency(documentFrequency, documentCount));
        }

        return inverseDocumentFrequencies;
    }
}
