using TrendingMail.Papers.Http;
using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>What came of saving papers.</summary>
/// <param name="Added">Papers not seen before.</param>
/// <param name="Known">Papers that were there and may have changed.</param>
public sealed record SaveResult(int Added, int Known);

/// <summary>What came of saving a reading.</summary>
/// <param name="Added">Papers not seen before.</param>
/// <param name="Changed">Papers that were there and of which something new is known.</param>
/// <param name="Joined">Rows that turned out to be another's paper.</param>
public sealed record SavedReading(int Added, int Changed, int Joined);

/// <summary>The papers in the database.</summary>
public sealed class PaperStore(Database database, TimeProvider clock)
{
    private const string Columns = """
        p.id, p.identity, p.arxiv_id, p.doi, p.title, p.abstract, p.ai_summary, p.authors, p.keywords, p.categories,
        p.organization, p.upvotes, p.comments, p.stars, p.code_url, p.project_url, p.thumbnail_url, p.submitter,
        p.versions, p.listed_on, p.published_at, p.source, p.first_seen_at, ep.edition
        """;

    /// <summary>
    /// Saves papers whole or not at all. A paper already there is completed, never emptied: a field that the source no
    /// longer gives stays, the newest facts win field by field, and counts keep their highest value. So the order of
    /// readings does not matter; see <see cref="PaperFacts"/>.
    /// </summary>
    public async Task<SaveResult> SaveAsync(
        string source, IReadOnlyList<ListedPaper> papers, CancellationToken cancellationToken)
    {
        var saved = await SaveReadingAsync(source, new SourceReading(papers, []), cancellationToken);
        return new SaveResult(saved.Added, papers.Count - saved.Added);
    }

    /// <summary>
    /// Saves a reading whole or not at all: its papers, and with them what the server said for the next conditional
    /// request. See <see cref="SaveAsync"/>.
    /// </summary>
    public Task<SavedReading> SaveReadingAsync(
        string source, SourceReading reading, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var rows = new PaperRows(session, clock.GetUtcNow());
            var (added, changed, joined) = (0, 0, 0);
            foreach (var paper in reading.Papers)
            {
                var saved = await rows.SaveAsync(source, paper);
                added += saved.Outcome == RowOutcome.Added ? 1 : 0;
                changed += saved.Outcome == RowOutcome.Changed ? 1 : 0;
                joined += saved.Joined;
            }

            await HttpMemory.RememberAsync(session, reading.Validators, clock.GetUtcNow());
            return new SavedReading(added, changed, joined);
        }, cancellationToken);

    public Task<IReadOnlyList<Paper>> OfDayAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.listed_on = @day AND p.listing <> 'inferred' AND p.joined_to IS NULL
            ORDER BY p.identity
            """, new { day }), cancellationToken);

    /// <summary>The papers listed on a day, best first, as they would stand in an edition of that day now.</summary>
    public async Task<IReadOnlyList<RankedPaper>> RankedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var papers = await OfDayAsync(day, cancellationToken);
        var before = await database.ReadAsync(
            session => CountHistory.BeforeAsync(session, papers, clock.GetUtcNow()), cancellationToken);
        return TrendScore.Rank(papers, day, before);
    }

    public Task<Paper?> FindByArxivIdAsync(string arxivId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.identity = @identity
            """, new { identity = PaperKeys.OfArxivId(arxivId) }), cancellationToken);

    /// <summary>A paper by its row's number; a row that was joined to another's leads there.</summary>
    public Task<Paper?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.id = (SELECT COALESCE(joined_to, id) FROM papers WHERE id = @id)
            """, new { id }), cancellationToken);

    /// <summary>How a paper's counts grew: one poll for each look that found them changed, oldest first.</summary>
    public Task<IReadOnlyList<Poll>> PollsAsync(long paperId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<Poll>("""
            SELECT source, polled_at, upvotes, comments, stars
            FROM paper_polls
            WHERE paper_id = @paperId
            ORDER BY polled_at, upvotes, comments
            """, new { paperId }), cancellationToken);

    /// <inheritdoc cref="CountHistory.UpToAsync"/>
    public Task<IReadOnlyDictionary<long, Counts>> CountsAsync(
        IReadOnlyCollection<long> ids, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.ReadAsync(session => CountHistory.UpToAsync(session, ids, until), cancellationToken);

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
            "SELECT MAX(listed_on) FROM papers WHERE listed_on <= @upTo AND listing <> 'inferred'", new { upTo }),
            cancellationToken);

    /// <summary>
    /// The days from <paramref name="from"/> up to but without <paramref name="to"/> that hold papers of a source which
    /// was not asked about them since an instant, newest first.
    /// </summary>
    public Task<IReadOnlyList<DateOnly>> DaysToPollAsync(
        string source, DateOnly from, DateOnly to, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<DateOnly>("""
            SELECT DISTINCT p.listed_on
            FROM papers p
            WHERE p.source = @source AND p.listed_on >= @from AND p.listed_on < @to
              AND NOT EXISTS (
                SELECT 1 FROM fetches f
                WHERE f.source = @source AND f.listed_on = p.listed_on AND f.fetched_at > @since)
            ORDER BY p.listed_on DESC
            """, new { source, from, to, since }), cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<bool>(
            "SELECT NOT EXISTS (SELECT 1 FROM papers)"), cancellationToken);

    /// <summary>Records a look at a source, with what was wrong about it.</summary>
    /// <returns>The report with its time.</returns>
    public async Task<FetchReport> RecordFetchAsync(FetchReport report, CancellationToken cancellationToken)
    {
        var recorded = report with { FetchedAt = clock.GetUtcNow() };
        await database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO fetches (
                source, listed_on, fetched_at, received, added, changed, joined, unchanged, notes, problems, fault, stale,
                announces)
            VALUES (
                @Source, @Day, @FetchedAt, @Received, @Added, @Changed, @Joined, @Unchanged, @Notes, @Problems, @Fault,
                @Stale, @Announces)
            """, recorded), cancellationToken);
        return recorded;
    }

    /// <summary>The newest look at each source for a day.</summary>
    public async Task<IReadOnlyList<FetchReport>> NewestFetchesAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync<FetchRow>("""
            SELECT f.source, f.listed_on AS day, f.received, f.added, f.problems, f.fault, f.changed, f.joined, f.unchanged,
                f.notes, f.stale, f.announces, f.fetched_at
            FROM fetches f
            WHERE f.listed_on = @day
              AND f.id = (SELECT MAX(newest.id) FROM fetches newest WHERE newest.source = f.source AND newest.listed_on = @day)
            ORDER BY f.id
            """, new { day }), cancellationToken);
        return [.. rows.Select(row => row.ToReport())];
    }
}
