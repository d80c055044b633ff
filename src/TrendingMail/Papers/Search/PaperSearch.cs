using TrendingMail.Storage;

namespace TrendingMail.Papers.Search;

/// <summary>A paper that was found; what was searched is marked in its readable title and a piece of its abstract.</summary>
public sealed record SearchHit(Paper Paper, HighlightedText Title, HighlightedText Snippet);

/// <summary>One page of what was found.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Total">How many papers can be paged through.</param>
/// <param name="HasMore">Whether more papers than those hold all of the query.</param>
public sealed record SearchResults(
    SearchQuery Query, IReadOnlyList<SearchHit> Hits, int Page, int PageSize, int Total, bool HasMore)
{
    public bool HasNextPage => (long)Page * PageSize < Total;
}

/// <summary>
/// Full-text search over all papers. Up to <see cref="Candidates"/> papers that hold all of a query are ranked against
/// each other. Where there are more, the newest are, and those of the years around them that have it in their title: to
/// rank all that a common word has would take the longer the more papers there are, and tell little.
/// </summary>
/// <param name="readable">Turns a source's spelling (LaTeX) into text for people.</param>
public sealed class PaperSearch(Database database, PaperStore store, TimeProvider clock, Func<string, string> readable)
{
    /// <summary>Papers that are ranked.</summary>
    public const int Candidates = 200;

    public const int MaximumPageSize = 100;

    /// <summary>A word of so many papers tells little; it is not counted any further.</summary>
    private const int MaximumCount = 1000;

    /// <summary>How much further than the newest papers go those with a hit in the title are looked for.</summary>
    private const int TitleReach = 20;

    private const int InTitle = 100;

    private readonly ISearchDialect dialect = ISearchDialect.Of(database.Dialect);

    /// <summary>Searches; never fails for what the query is.</summary>
    /// <param name="page">From 1; less is taken for 1.</param>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public async Task<SearchResults> SearchAsync(
        SearchQuery query, int page, int pageSize, CancellationToken cancellationToken)
    {
        (page, pageSize) = (Math.Max(page, 1), Math.Clamp(pageSize, 1, MaximumPageSize));
        if (query.IsEmpty || query.From > query.To)
        {
            return new SearchResults(query, [], page, pageSize, 0, false);
        }

        var matcher = new TermMatcher(query.Terms);
        var (ranked, hasMore) = await database.ReadAsync(session => RankAsync(session, query, matcher), cancellationToken);
        var ids = ranked.Skip((int)Math.Min((page - 1L) * pageSize, int.MaxValue)).Take(pageSize).ToList();
        var papers = await store.ByIdsAsync(ids, cancellationToken);
        var highlighter = new Highlighter(matcher);
        return new SearchResults(query, [.. papers.Select(paper => new SearchHit(
            paper,
            highlighter.Mark(readable(paper.Title), SearchField.Title),
            highlighter.Cut(readable(paper.Abstract), SearchField.Anywhere)))], page, pageSize, ranked.Count, hasMore);
    }

    private async Task<(IReadOnlyList<long> Ids, bool HasMore)> RankAsync(
        Session session, SearchQuery query, TermMatcher matcher)
    {
        IReadOnlyList<Candidate> found = await dialect.NewestAsync(session, query, inTitle: false, Candidates + 1);
        var hasMore = found.Count > Candidates;
        if (hasMore && matcher.Terms.Any(term => term.Field == SearchField.Anywhere))
        {
            found = [.. found, .. await dialect.NewestAsync(session, Around(query, found), inTitle: true, InTitle)];
        }

        var rarities = await RaritiesAsync(session, query, found);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var ranked = new Relevance(matcher, rarities, today).Rank(found.DistinctBy(paper => paper.Id));
        return (hasMore ? [.. ranked.Take(Candidates)] : ranked, hasMore);
    }

    /// <summary>The same query over a time that has about <see cref="TitleReach"/> times as many papers.</summary>
    private static SearchQuery Around(SearchQuery query, IReadOnlyList<Candidate> newest)
    {
        var days = Math.Max(newest[0].ListedOn.DayNumber - newest[^1].ListedOn.DayNumber, 1) * TitleReach;
        var from = DateOnly.FromDayNumber(Math.Max(newest[0].ListedOn.DayNumber - days, 0));
        return query with { From = query.From > from ? query.From : from };
    }

    private async Task<IReadOnlyList<double>> RaritiesAsync(
        Session session, SearchQuery query, IReadOnlyList<Candidate> found)
    {
        var terms = query.Terms.Where(term => term.Field != SearchField.Category).ToList();
        if (terms.Count < 2 || found.Count < 2)
        {
            return [.. terms.Select(_ => 1.0)];
        }

        // Papers are hardly ever deleted, and to count them all would cost more than the search.
        var papers = await session.SingleAsync<long>("SELECT COALESCE(MAX(id), 0) FROM papers");
        var rarities = new List<double>();
        foreach (var term in terms)
        {
            // A beginning stands for many words, and is common.
            var having = term.IsPrefix ? MaximumCount : await dialect.CountAsync(session, term, found[0].ListedOn, MaximumCount);
            rarities.Add(Relevance.Rarity(having, papers));
        }

        return rarities;
    }
}
