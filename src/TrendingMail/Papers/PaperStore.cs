using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>What came of saving a reading.</summary>
/// <param name="Added">Papers not seen before.</param>
/// <param name="Known">Papers that were there and may have changed.</param>
public sealed record SaveResult(int Added, int Known);

/// <summary>The papers in the database.</summary>
public sealed class PaperStore(Database database, TimeProvider clock)
{
    private const string Columns = """
        p.id, p.identity, p.arxiv_id, p.title, p.abstract, p.ai_summary, p.authors, p.keywords, p.organization,
        p.upvotes, p.comments, p.stars, p.code_url, p.project_url, p.listed_on, p.source, p.first_seen_at,
        ep.edition
        """;

    /// <summary>
    /// Saves a reading whole or not at all. A paper already there is completed, never emptied: a text that the source no
    /// longer gives stays, and counts keep their highest value, so that the order of readings does not matter.
    /// </summary>
    public Task<SaveResult> SaveAsync(
        string source, IReadOnlyList<ListedPaper> papers, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var added = 0;
            foreach (var paper in papers)
            {
                added += await SaveAsync(session, source, paper) ? 1 : 0;
            }

            return new SaveResult(added, papers.Count - added);
        }, cancellationToken);

    public Task<IReadOnlyList<Paper>> OfDayAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.listed_on = @day
            ORDER BY p.identity
            """, new { day }), cancellationToken);

    public Task<Paper?> FindByArxivIdAsync(string arxivId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.arxiv_id = @arxivId
            """, new { arxivId }), cancellationToken);

    /// <summary>The papers of these numbers, in this order; a number without a paper is left out.</summary>
    public async Task<IReadOnlyList<Paper>> ByIdsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var papers = await database.ReadAsync(session => session.QueryAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.id IN @ids
            """, new { ids }), cancellationToken);
        var byId = papers.ToDictionary(paper => paper.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    /// <summary>The newest day, up to <paramref name="upTo"/>, for which papers are here.</summary>
    public Task<DateOnly?> NewestDayAsync(DateOnly upTo, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<DateOnly?>(
            "SELECT MAX(listed_on) FROM papers WHERE listed_on <= @upTo", new { upTo }), cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<bool>(
            "SELECT NOT EXISTS (SELECT 1 FROM papers)"), cancellationToken);

    /// <summary>Records a look at a source, with what was wrong about it.</summary>
    public Task RecordFetchAsync(FetchReport report, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO fetches (source, listed_on, fetched_at, received, added, problems, fault)
            VALUES (@Source, @Day, @FetchedAt, @Received, @Added, @Problems, @Fault)
            """, new
        {
            report.Source,
            report.Day,
            FetchedAt = clock.GetUtcNow(),
            report.Received,
            report.Added,
            report.Problems,
            report.Fault,
        }), cancellationToken);

    private async Task<bool> SaveAsync(Session session, string source, ListedPaper paper)
    {
        var known = await session.SingleAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM papers WHERE identity = @Identity)", new { paper.Identity });
        await session.ExecuteAsync("""
            INSERT INTO papers (identity, arxiv_id, title, abstract, ai_summary, authors, keywords, organization,
                upvotes, comments, stars, code_url, project_url, listed_on, published_at, source, first_seen_at,
                updated_at)
            VALUES (@Identity, @ArxivId, @Title, @Abstract, @AiSummary, @Authors, @Keywords, @Organization,
                @Upvotes, @Comments, @Stars, @CodeUrl, @ProjectUrl, @ListedOn, @PublishedAt, @source, @now, @now)
            ON CONFLICT (identity) DO UPDATE SET
                title        = excluded.title,
                abstract     = excluded.abstract,
                ai_summary   = COALESCE(excluded.ai_summary, papers.ai_summary),
                authors      = CASE WHEN excluded.authors = '[]' THEN papers.authors ELSE excluded.authors END,
                keywords     = CASE WHEN excluded.keywords = '[]' THEN papers.keywords ELSE excluded.keywords END,
                organization = COALESCE(excluded.organization, papers.organization),
                upvotes      = CASE WHEN excluded.upvotes > papers.upvotes
                                    THEN excluded.upvotes ELSE papers.upvotes END,
                comments     = CASE WHEN excluded.comments > papers.comments
                                    THEN excluded.comments ELSE papers.comments END,
                stars        = CASE WHEN papers.stars IS NULL OR excluded.stars > papers.stars
                                    THEN excluded.stars ELSE papers.stars END,
                code_url     = COALESCE(excluded.code_url, papers.code_url),
                project_url  = COALESCE(excluded.project_url, papers.project_url),
                listed_on    = CASE WHEN excluded.listed_on < papers.listed_on
                                    THEN excluded.listed_on ELSE papers.listed_on END,
                published_at = COALESCE(excluded.published_at, papers.published_at),
                updated_at   = excluded.updated_at
            """, new
        {
            paper.Identity,
            paper.ArxivId,
            paper.Title,
            paper.Abstract,
            paper.AiSummary,
            paper.Authors,
            paper.Keywords,
            paper.Organization,
            paper.Upvotes,
            paper.Comments,
            paper.Stars,
            paper.CodeUrl,
            paper.ProjectUrl,
            paper.ListedOn,
            paper.PublishedAt,
            source,
            now = clock.GetUtcNow(),
        });
        return !known;
    }
}
