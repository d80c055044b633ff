using TrendingMail.Papers.Identifiers;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>The outcome of saving papers.</summary>
/// <param name="Added">Number of new papers.</param>
/// <param name="Existing">Number of papers that already existed, changed or not.</param>
public sealed record SaveResult(int Added, int Existing);

/// <summary>The outcome of saving a fetch.</summary>
/// <param name="Added">Number of new papers.</param>
/// <param name="Changed">Number of existing papers that changed.</param>
/// <param name="Merged">Number of rows merged into another row because they are the same paper.</param>
public sealed record SavedFetch(int Added, int Changed, int Merged);

/// <summary>Reads and writes papers, their counts and the log of fetches.</summary>
public sealed class PaperStore(Database database, TimeProvider clock)
{
    private const string Columns = """
        p.id, p.identity, p.arxiv_id, p.doi, p.title, p.abstract, p.ai_summary, p.authors, p.keywords, p.categories,
        p.organization, p.upvotes, p.comments, p.stars, p.code_url, p.project_url, p.thumbnail_url, p.submitter,
        p.versions, p.listed_on, p.published_at, p.source, p.first_seen_at, p.edition
        """;

    /// <summary>
    /// Saves papers in one transaction. Existing papers are merged field by field: the newest value wins, a value that
    /// is no longer reported stays, and counts keep their maximum. The result does not depend on the order of fetches;
    /// see <see cref="PaperFacts"/>.
    /// </summary>
    public async Task<SaveResult> SaveAsync(
        string source, IReadOnlyList<ListedPaper> papers, CancellationToken cancellationToken)
    {
        var saved = await SaveFetchAsync(source, new FetchResult(papers, []), cancellationToken);
        return new SaveResult(saved.Added, papers.Count - saved.Added);
    }

    /// <summary>
    /// Saves the papers of a fetch and the validators for the next conditional request in one transaction;
    /// see <see cref="SaveAsync"/>.
    /// </summary>
    public Task<SavedFetch> SaveFetchAsync(
        string source, FetchResult result, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var merger = new PaperMerger(session, clock.GetUtcNow());
            var (added, changed, merged) = (0, 0, 0);
            foreach (var paper in result.Papers)
            {
                var saved = await merger.SaveAsync(source, paper);
                added += saved.Outcome == SaveOutcome.Added ? 1 : 0;
                changed += saved.Outcome == SaveOutcome.Changed ? 1 : 0;
                merged += saved.Merged;
            }

            await HttpCacheStore.SaveValidatorsAsync(session, result.Validators, clock.GetUtcNow());
            return new SavedFetch(added, changed, merged);
        }, cancellationToken);

    public Task<IReadOnlyList<Paper>> ListByDayAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p
            WHERE p.listed_on = @day AND p.listing <> 'inferred' AND p.merged_into IS NULL
            ORDER BY p.identity
            """, new { day }), cancellationToken);

    /// <summary>The papers listed on a day, ranked as an edition of that day would rank them now.</summary>
    public async Task<IReadOnlyList<RankedPaper>> RankAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var papers = await ListByDayAsync(day, cancellationToken);
        var baselines = await database.ReadAsync(
            session => CountHistory.BaselinesAsync(session, papers, clock.GetUtcNow()), cancellationToken);
        return TrendScore.Rank(papers, day, baselines);
    }

    public Task<Paper?> FindByArxivIdAsync(string arxivId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p
            WHERE p.identity = @identity
            """, new { identity = PaperKeys.ForArxivId(arxivId) }), cancellationToken);

    /// <summary>Finds a paper by ID; follows a row that was merged into another.</summary>
    public Task<Paper?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p
            WHERE p.id = (SELECT COALESCE(merged_into, id) FROM papers WHERE id = @id)
            """, new { id }), cancellationToken);

    /// <summary>The history of a paper's counts: one row per change, oldest first.</summary>
    public Task<IReadOnlyList<Poll>> ListPollsAsync(long paperId, CancellationToken cancellationToken) =>
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

    /// <summary>The papers with these IDs, in the given order; unknown IDs are omitted.</summary>
    public async Task<IReadOnlyList<Paper>> ListByIdsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var papers = await database.ReadAsync(session => session.QueryAsync<Paper>($"""
            SELECT {Columns}
            FROM papers p
            WHERE p.id IN @ids
            """, new { ids }), cancellationToken);
        var byId = papers.ToDictionary(paper => paper.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    /// <summary>The newest day up to <paramref name="upTo"/> that has papers.</summary>
    public Task<DateOnly?> FindNewestDayAsync(DateOnly upTo, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<DateOnly?>(
            "SELECT MAX(listed_on) FROM papers WHERE listed_on <= @upTo AND listing <> 'inferred'", new { upTo }),
            cancellationToken);

    /// <summary>The day that is shown unless another is asked for: the newest with papers, or today.</summary>
    public async Task<DateOnly> FindCurrentDayAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return await FindNewestDayAsync(today, cancellationToken) ?? today;
    }

    /// <summary>
    /// The days from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive) that have papers of a
    /// source and have not been fetched from it after <paramref name="since"/>, newest first.
    /// </summary>
    public Task<IReadOnlyList<DateOnly>> ListDaysToPollAsync(
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

    /// <summary>Records the edition that a paper is published in, in the transaction that publishes it.</summary>
    public static Task MarkPublishedAsync(Session session, long id, int edition) =>
        session.ExecuteAsync("UPDATE papers SET edition = @edition WHERE id = @id", new { id, edition });

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<bool>(
            "SELECT NOT EXISTS (SELECT 1 FROM papers)"), cancellationToken);

    /// <summary>Records a fetch, successful or not.</summary>
    /// <returns>The report with its timestamp.</returns>
    public async Task<FetchReport> RecordFetchAsync(FetchReport report, CancellationToken cancellationToken)
    {
        var recorded = report with { FetchedAt = clock.GetUtcNow() };
        await database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO fetches (
                source, listed_on, fetched_at, received, added, changed, merged, unchanged, notes, problems, fault,
                stale, announces)
            VALUES (
                @Source, @Day, @FetchedAt, @Received, @Added, @Changed, @Merged, @Unchanged, @Notes, @Problems, @Fault,
                @Stale, @Announces)
            """, recorded), cancellationToken);
        return recorded;
    }

    /// <summary>The newest fetch of a day from each source.</summary>
    public async Task<IReadOnlyList<FetchReport>> ListNewestFetchesAsync(
        DateOnly day, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync<FetchRow>("""
            SELECT f.source, f.listed_on AS day, f.received, f.added, f.problems, f.fault, f.changed,
                f.merged, f.unchanged, f.notes, f.stale, f.announces, f.fetched_at
            FROM fetches f
            WHERE f.listed_on = @day
              AND f.id = (
                SELECT MAX(newest.id) FROM fetches newest WHERE newest.source = f.source AND newest.listed_on = @day)
            ORDER BY f.id
            """, new { day }), cancellationToken);
        return [.. rows.Select(row => row.ToReport())];
    }

    /// <summary>How the fetches from each source went.</summary>
    public Task<IReadOnlyList<SourceState>> ListSourceStatesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<SourceState>("""
            SELECT f.source, f.fetched_at, s.succeeded_at, f.fault
            FROM (SELECT MAX(id) AS id, MAX(CASE WHEN fault IS NULL THEN fetched_at END) AS succeeded_at
                  FROM fetches
                  GROUP BY source) AS s
            JOIN fetches f ON f.id = s.id
            """), cancellationToken);
}
