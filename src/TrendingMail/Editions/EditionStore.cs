using System.Text.Json;
using TrendingMail.Papers;
using TrendingMail.Storage;

namespace TrendingMail.Editions;

/// <summary>What came of the wish to publish a day.</summary>
public abstract record PublishResult
{
    public sealed record Published(Edition Edition) : PublishResult;

    /// <summary>It was published before and stays as it is.</summary>
    public sealed record AlreadyPublished(Edition Edition) : PublishResult;

    /// <summary>No paper of that day waits for an edition.</summary>
    public sealed record NothingListed : PublishResult;
}

/// <summary>The editions in the database.</summary>
/// <param name="intake">Null to take all that was announced or listed.</param>
public sealed class EditionStore(Database database, TimeProvider clock, EditionIntake? intake = null)
{
    /// <summary>How long after its own day a paper that came late is still taken into the next edition.</summary>
    private const int LateDays = 7;

    private const string Columns = "e.number, e.day, e.published_at, e.sample";

    private readonly string[] listings = intake is { ListedOnly: true }
        ? [Listing.Listed.ToColumn()]
        : [Listing.Announced.ToColumn(), Listing.Listed.ToColumn()];

    /// <summary>
    /// Freezes a day: the papers listed on it, and those that came too late for an earlier edition. Doing it again
    /// changes nothing.
    /// </summary>
    public async Task<PublishResult> PublishAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var number = await database.WriteAsync(async session =>
        {
            if (await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM editions WHERE day = @day)", new { day }))
            {
                return 0;
            }

            var waiting = await WaitingAsync(session, day);
            return waiting.Count == 0 ? (int?)null : await FreezeAsync(session, day, TrendScore.Rank(
                waiting, day, await CountHistory.BeforeAsync(session, waiting, clock.GetUtcNow())));
        }, cancellationToken);

        return number switch
        {
            null => new PublishResult.NothingListed(),
            0 => new PublishResult.AlreadyPublished((await FindAsync(day, cancellationToken))!),
            _ => new PublishResult.Published((await FindAsync(day, cancellationToken))!),
        };
    }

    public Task<Edition?> FindAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(session => WithPapersAsync(session, session.FirstOrDefaultAsync<Edition>(
            $"SELECT {Columns} FROM editions e WHERE e.day = @day", new { day })), cancellationToken);

    public Task<DateOnly?> DayOfAsync(int number, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<DateOnly?>(
            "SELECT day FROM editions WHERE number = @number", new { number }), cancellationToken);

    /// <summary>The edition of the newest day, or null before the first.</summary>
    public Task<Edition?> NewestAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => WithPapersAsync(session, session.FirstOrDefaultAsync<Edition>(
            $"SELECT {Columns} FROM editions e ORDER BY e.day DESC LIMIT 1")), cancellationToken);

    /// <summary>The editions of the days from <paramref name="from"/> to <paramref name="to"/>, oldest first.</summary>
    public Task<IReadOnlyList<Edition>> BetweenAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Edition>>(async session =>
        {
            var editions = await session.QueryAsync<Edition>(
                $"SELECT {Columns} FROM editions e WHERE e.day BETWEEN @from AND @to ORDER BY e.day", new { from, to });
            var whole = new List<Edition>();
            foreach (var edition in editions)
            {
                whole.Add(edition with { Papers = await PapersAsync(session, edition.Number) });
            }

            return whole;
        }, cancellationToken);

    /// <summary>The days from <paramref name="from"/> to <paramref name="to"/> that have an edition, oldest first.</summary>
    public Task<IReadOnlyList<DateOnly>> DaysAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<DateOnly>(
            "SELECT day FROM editions WHERE day BETWEEN @from AND @to ORDER BY day", new { from, to }), cancellationToken);

    /// <summary>All editions, newest day first.</summary>
    public Task<IReadOnlyList<EditionSummary>> ListAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<EditionSummary>($"""
            SELECT {Columns}, (SELECT COUNT(*) FROM edition_papers ep WHERE ep.edition = e.number) AS papers
            FROM editions e
            ORDER BY e.day DESC
            LIMIT @limit
            """, new { limit }), cancellationToken);

    /// <summary>The days of the editions before and after a day; null at either end.</summary>
    public Task<(DateOnly? Previous, DateOnly? Next)> NeighboursAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (
            await session.SingleAsync<DateOnly?>("SELECT MAX(day) FROM editions WHERE day < @day", new { day }),
            await session.SingleAsync<DateOnly?>("SELECT MIN(day) FROM editions WHERE day > @day", new { day })),
            cancellationToken);

    /// <summary>How many papers would stand in a day's edition if it were published now.</summary>
    public Task<int> CountWaitingAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await WaitingAsync(session, day)).Count, cancellationToken);

    private Task<IReadOnlyList<Paper>> WaitingAsync(Session session, DateOnly day) =>
        // An earlier day without an edition is left alone: it may still be published on its own. What was only replaced is
        // not new, though its identifier may name the month.
        session.QueryAsync<Paper>("""
            SELECT p.*
            FROM papers p
            WHERE NOT EXISTS (SELECT 1 FROM edition_papers ep WHERE ep.paper_id = p.id)
              AND p.listing IN @listings
              AND (p.listed_on = @day
                   OR (p.listed_on >= @lateFrom AND p.listed_on < @day
                       AND EXISTS (SELECT 1 FROM editions e WHERE e.day = p.listed_on)))
            """, new { day, lateFrom = day.AddDays(-LateDays), listings });

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
                frozen = JsonSerializer.Serialize(FrozenPaper.Of(papers[i].Paper)),
            });
        }

        return number;
    }

    private static async Task<Edition?> WithPapersAsync(Session session, Task<Edition?> found) =>
        await found is { } edition
            ? edition with { Papers = await PapersAsync(session, edition.Number) }
            : null;

    private static async Task<IReadOnlyList<EditionPaper>> PapersAsync(Session session, int number)
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
