using System.Text.Json;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers;
using TrendingMail.Papers.Sample;
using TrendingMail.Storage;

namespace TrendingMail.Editions;

/// <summary>The outcome of publishing a day's edition.</summary>
public abstract record PublishResult
{
    public sealed record Published(Edition Edition) : PublishResult;

    /// <summary>The edition already existed and was not changed.</summary>
    public sealed record AlreadyPublished(Edition Edition) : PublishResult;

    /// <summary>The day has no eligible papers.</summary>
    public sealed record NothingToPublish(UnpublishedDay Day) : PublishResult;
}

/// <summary>Publishes and reads editions.</summary>
/// <param name="policy">Null to accept all announced and listed papers.</param>
public sealed class EditionStore(Database database, TimeProvider clock, EligibilityPolicy? policy = null)
{
    /// <summary>How many days after its listing day a late paper is still eligible for the next edition.</summary>
    private const int MaximumDaysLate = 7;

    private const string Columns = "e.number, e.day, e.published_at, e.sample";

    /// <summary>The last day that can have begun anywhere on earth.</summary>
    private DateOnly LatestDay => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1);

    private readonly string[] listings = policy is { ListedOnly: true }
        ? [ListingKind.Listed.ToColumn()]
        : [ListingKind.Announced.ToColumn(), ListingKind.Listed.ToColumn()];

    /// <summary>
    /// Freezes the papers listed on a day, and those that arrived too late for an earlier edition. Idempotent.
    /// </summary>
    public async Task<PublishResult> PublishAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var number = await database.WriteAsync(async session =>
        {
            if (await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM editions WHERE day = @day)", new { day }))
            {
                return 0;
            }

            var eligible = await ListEligibleAsync(session, day);
            return eligible.Count == 0 ? (int?)null : await FreezeAsync(session, day, TrendScore.Rank(
                eligible, day, await CountHistory.BaselinesAsync(session, eligible, clock.GetUtcNow())));
        }, cancellationToken);

        return number switch
        {
            null => new PublishResult.NothingToPublish(await CountAsync(day, cancellationToken)),
            0 => new PublishResult.AlreadyPublished((await FindAsync(day, cancellationToken))!),
            _ => new PublishResult.Published((await FindAsync(day, cancellationToken))!),
        };
    }

    public Task<Edition?> FindAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => WithPapersAsync(session, session.FirstOrDefaultAsync<Edition>(
            $"SELECT {Columns} FROM editions e WHERE e.day = @day", new { day })), cancellationToken);

    public Task<DateOnly?> FindDayAsync(int number, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<DateOnly?>(
            "SELECT day FROM editions WHERE number = @number", new { number }), cancellationToken);

    /// <summary>
    /// The edition of the newest day; null if there is none yet. Editions that a wrong clock published for days to come
    /// are not regarded.
    /// </summary>
    public Task<Edition?> FindNewestAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => WithPapersAsync(session, session.FirstOrDefaultAsync<Edition>($"""
            SELECT {Columns} FROM editions e WHERE e.day <= @latest ORDER BY e.day DESC LIMIT 1
            """, new { latest = LatestDay })), cancellationToken);

    /// <summary>The edition of the newest day without its papers; null if there is none yet.</summary>
    /// <inheritdoc cref="FindNewestAsync"/>
    public async Task<EditionSummary?> FindNewestSummaryAsync(CancellationToken cancellationToken) =>
        (await ListAsync(1, LatestDay, cancellationToken)).SingleOrDefault();

    /// <summary>The editions of the days from <paramref name="from"/> to <paramref name="to"/>, oldest first.</summary>
    public Task<IReadOnlyList<Edition>> ListBetweenAsync(
        DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Edition>>(async session =>
        {
            var editions = await session.QueryAsync<Edition>(
                $"SELECT {Columns} FROM editions e WHERE e.day BETWEEN @from AND @to ORDER BY e.day", new { from, to });
            var withPapers = new List<Edition>();
            foreach (var edition in editions)
            {
                withPapers.Add(edition with { Papers = await LoadPapersAsync(session, edition.Number) });
            }

            return withPapers;
        }, cancellationToken);

    /// <summary>
    /// The days from <paramref name="from"/> to <paramref name="to"/> that have an edition, oldest first.
    /// </summary>
    public Task<IReadOnlyList<DateOnly>> ListDaysAsync(
        DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<DateOnly>(
            "SELECT day FROM editions WHERE day BETWEEN @from AND @to ORDER BY day",
            new { from, to }), cancellationToken);

    /// <summary>All editions, newest day first.</summary>
    public Task<IReadOnlyList<EditionSummary>> ListAsync(int limit, CancellationToken cancellationToken) =>
        ListAsync(limit, DateOnly.MaxValue, cancellationToken);

    private Task<IReadOnlyList<EditionSummary>> ListAsync(
        int limit, DateOnly latest, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<EditionSummary>($"""
            SELECT {Columns}, (SELECT COUNT(*) FROM edition_papers ep WHERE ep.edition = e.number) AS papers
            FROM editions e
            WHERE e.day <= @latest
            ORDER BY e.day DESC
            LIMIT @limit
            """, new { limit, latest }), cancellationToken);

    /// <summary>The days of the editions before and after a day; null where there is none.</summary>
    public Task<(DateOnly? Previous, DateOnly? Next)> FindAdjacentDaysAsync(
        DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (
            await session.SingleAsync<DateOnly?>("SELECT MAX(day) FROM editions WHERE day < @day", new { day }),
            await session.SingleAsync<DateOnly?>("SELECT MIN(day) FROM editions WHERE day > @day", new { day })),
            cancellationToken);

    /// <summary>The number of papers in a day's edition if it were published now.</summary>
    public Task<int> CountEligibleAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await ListEligibleAsync(session, day)).Count, cancellationToken);

    private Task<UnpublishedDay> CountAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.SingleAsync<UnpublishedDay>("""
            SELECT
                COUNT(CASE WHEN p.edition IS NOT NULL THEN 1 END) AS published,
                COUNT(CASE WHEN p.edition IS NULL AND p.listing = 'announced' THEN 1 END) AS announced,
                COUNT(CASE WHEN p.edition IS NULL AND p.listing = 'inferred' THEN 1 END) AS replaced
            FROM papers p
            WHERE p.listed_on = @day AND p.merged_into IS NULL
            """, new { day }), cancellationToken);

    private Task<IReadOnlyList<Paper>> ListEligibleAsync(Session session, DateOnly day) =>
        // Papers of an earlier unpublished day are excluded, because that day may still get its own edition; so are
        // replacements, whose listing day is only inferred from the identifier.
        session.QueryAsync<Paper>("""
            SELECT p.*
            FROM papers p
            WHERE p.edition IS NULL
              AND p.listing IN @listings
              AND (p.listed_on = @day
                   OR (p.listed_on >= @lateFrom AND p.listed_on < @day
                       AND EXISTS (SELECT 1 FROM editions e WHERE e.day = p.listed_on)))
            """, new { day, lateFrom = day.AddDays(-MaximumDaysLate), listings });

    private async Task<int> FreezeAsync(Session session, DateOnly day, IReadOnlyList<RankedPaper> papers)
    {
        var number = await session.SingleAsync<int>("""
            INSERT INTO editions (number, day, published_at, sample)
            SELECT COALESCE(MAX(number), 0) + 1, @day, @now, @sample FROM editions
            RETURNING number
            """, new { day, now = clock.GetUtcNow(), sample = papers.Any(p => p.Paper.Source == SamplePapers.Source) });
        for (var i = 0; i < papers.Count; i++)
        {
            await session.ExecuteAsync("""
                INSERT INTO edition_papers (edition, rank, paper_id, score, frozen)
                VALUES (@number, @rank, @paperId, @score, @frozen)
                """, new
            {
                number,
                rank = i + 1,
                paperId = papers[i].Paper.Id,
                score = papers[i].Score,
                frozen = JsonSerializer.Serialize(FrozenPaper.From(papers[i].Paper)),
            });
            await PaperStore.MarkPublishedAsync(session, papers[i].Paper.Id, number);
        }

        return number;
    }

    private static async Task<Edition?> WithPapersAsync(Session session, Task<Edition?> found) =>
        await found is { } edition
            ? edition with { Papers = await LoadPapersAsync(session, edition.Number) }
            : null;

    private static async Task<IReadOnlyList<EditionPaper>> LoadPapersAsync(Session session, int number)
    {
        var rows = await session.QueryAsync<PaperRow>("""
            SELECT rank, paper_id, score, frozen FROM edition_papers WHERE edition = @number ORDER BY rank
            """, new { number });
        return [.. rows.Select(row => new EditionPaper(
            row.Rank, row.PaperId, row.Score, JsonSerializer.Deserialize<FrozenPaper>(row.Frozen)!))];
    }

    private sealed record PaperRow
    {
        public required int Rank { get; init; }

        public required long PaperId { get; init; }

        public required double Score { get; init; }

        public required string Frozen { get; init; }
    }
}
