using System.Text.Json;
using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>What came of one report.</summary>
internal enum RowOutcome
{
    Added,
    Changed,
    Unchanged,
}

/// <summary>Finds the row that a report belongs to, and makes one row of those that turn out to be the same paper.</summary>
internal sealed class PaperRows(Session session, DateTimeOffset now)
{
    private const string Columns = """
        arxiv_id, doi, title, abstract, ai_summary, authors, keywords, categories, organization, upvotes, comments,
        stars, code_url, project_url, thumbnail_url, submitter, versions, listed_on, listing, published_at,
        sources, first_seen_at
        """;

    /// <returns>What came of it, and how many rows were joined with another.</returns>
    public async Task<(RowOutcome Outcome, int Joined)> SaveAsync(string source, ListedPaper paper)
    {
        var keys = PaperKeys.Of(paper).ToHashSet(StringComparer.Ordinal);
        var rows = await MatchesAsync(keys);
        var facts = PaperFacts.Of(paper, source, now);
        if (rows.Count == 0)
        {
            var id = await InsertAsync(facts, keys);
            await SetKeysAsync(id, keys);
            await PollAsync(id, source, paper);
            return (RowOutcome.Added, 0);
        }

        var kept = await KeptAsync(rows);
        var before = await FactsAsync(kept);
        var known = before;
        foreach (var row in rows.Where(row => row != kept))
        {
            known = PaperFacts.Join(known, await FactsAsync(row));
            await JoinAsync(row, kept);
        }

        var after = PaperFacts.Join(known, facts);
        await UpdateAsync(kept, after, keys, changed: !after.SaysTheSameAs(before));
        await SetKeysAsync(kept, keys);
        await PollAsync(kept, source, paper);
        return (after.SaysTheSameAs(before) ? RowOutcome.Unchanged : RowOutcome.Changed, rows.Count - 1);
    }

    /// <summary>
    /// The rows that share a name with the report and agree with it and with each other. Their names join the given ones.
    /// </summary>
    private async Task<IReadOnlyList<long>> MatchesAsync(HashSet<string> keys)
    {
        var found = await session.QueryAsync<KeyRow>("""
            SELECT DISTINCT k.paper_id, k.key
            FROM paper_keys k
            JOIN paper_keys shared ON shared.paper_id = k.paper_id
            WHERE shared.key IN @keys
            """, new { keys = keys.ToArray() });
        var matches = new List<long>();
        foreach (var row in found.GroupBy(key => key.PaperId)
            .Select(row => (Id: row.Key, Keys: row.Select(key => key.Key).ToArray()))
            // The strongest name that is shared comes first, so that a title never keeps an identifier out.
            .OrderBy(row => row.Keys.Where(keys.Contains).Min(StringComparer.Ordinal), StringComparer.Ordinal)
            .ThenBy(row => PaperKeys.Identity(row.Keys), StringComparer.Ordinal)
            .ToArray())
        {
            if (PaperKeys.Agree(keys, row.Keys))
            {
                matches.Add(row.Id);
                keys.UnionWith(row.Keys);
            }
        }

        return matches;
    }

    /// <summary>The row that stays: the one in the earliest edition, else the oldest.</summary>
    private async Task<long> KeptAsync(IReadOnlyList<long> rows) => rows.Count == 1
        ? rows[0]
        : await session.SingleAsync<long>("""
            SELECT p.id
            FROM papers p LEFT JOIN edition_papers ep ON ep.paper_id = p.id
            WHERE p.id IN @rows
            ORDER BY CASE WHEN ep.edition IS NULL THEN 1 ELSE 0 END, ep.edition, p.id
            LIMIT 1
            """, new { rows = rows.ToArray() });

    private async Task<PaperFacts> FactsAsync(long id)
    {
        var parameters = new { id };
        var facts = await session.SingleAsync<PaperFacts>($"SELECT {Columns} FROM papers WHERE id = @id", parameters);
        var stamps = await session.SingleAsync<string>("SELECT stamps FROM papers WHERE id = @id", parameters);
        return facts with { Stamps = JsonSerializer.Deserialize<Dictionary<string, Stamp>>(stamps)! };
    }

    private async Task JoinAsync(long row, long kept)
    {
        var parameters = new { row, kept };
        await session.ExecuteAsync("UPDATE paper_polls SET paper_id = @kept WHERE paper_id = @row", parameters);
        await session.ExecuteAsync("DELETE FROM paper_keys WHERE paper_id = @row", parameters);
        var stands = await session.SingleAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM edition_papers WHERE paper_id = @row)", parameters);

        // A published edition never changes: there, an empty row keeps the paper's place.
        await session.ExecuteAsync(stands
            ? """
                UPDATE papers
                SET identity = 'joined:' || id, joined_to = @kept, arxiv_id = NULL, doi = NULL, title = '', abstract = '',
                    ai_summary = NULL, authors = '[]', keywords = '[]', categories = '[]', organization = NULL
                WHERE id = @row
                """
            : "DELETE FROM papers WHERE id = @row", parameters);
        await session.ExecuteAsync("UPDATE papers SET joined_to = @kept WHERE joined_to = @row", parameters);
    }

    private Task<long> InsertAsync(PaperFacts facts, IEnumerable<string> keys) => session.SingleAsync<long>($"""
        INSERT INTO papers (identity, source, stamps, updated_at, {Columns})
        VALUES (@Identity, @Source, @Stamps, @now, @ArxivId, @Doi, @Title, @Abstract, @AiSummary, @Authors, @Keywords,
            @Categories, @Organization, @Upvotes, @Comments, @Stars, @CodeUrl, @ProjectUrl, @ThumbnailUrl, @Submitter,
            @Versions, @ListedOn, @Listing, @PublishedAt, @Sources, @FirstSeenAt)
        RETURNING id
        """, Parameters(0, facts, keys));

    private Task<int> UpdateAsync(long id, PaperFacts facts, IEnumerable<string> keys, bool changed) =>
        session.ExecuteAsync($"""
            UPDATE papers
            SET identity = @Identity, source = @Source, stamps = @Stamps, arxiv_id = @ArxivId, doi = @Doi, title = @Title,
                abstract = @Abstract, ai_summary = @AiSummary, authors = @Authors, keywords = @Keywords,
                categories = @Categories, organization = @Organization, upvotes = @Upvotes, comments = @Comments,
                stars = @Stars, code_url = @CodeUrl, project_url = @ProjectUrl, thumbnail_url = @ThumbnailUrl,
                submitter = @Submitter, versions = @Versions, listed_on = @ListedOn, listing = @Listing,
                published_at = @PublishedAt, sources = @Sources, first_seen_at = @FirstSeenAt
                {(changed ? ", updated_at = @now" : "")}
            WHERE id = @id
            """, Parameters(id, facts, keys));

    private object Parameters(long id, PaperFacts facts, IEnumerable<string> keys) => new
    {
        id,
        now,
        Identity = PaperKeys.Identity(keys),
        Stamps = JsonSerializer.Serialize(facts.Stamps),
        facts.Source, facts.ArxivId, facts.Doi, facts.Title, facts.Abstract, facts.AiSummary, facts.Authors, facts.Keywords,
        facts.Categories, facts.Organization, facts.Upvotes, facts.Comments, facts.Stars, facts.CodeUrl, facts.ProjectUrl,
        facts.ThumbnailUrl, facts.Submitter, facts.Versions, facts.ListedOn, Listing = facts.Listing.ToColumn(),
        facts.PublishedAt, facts.Sources, facts.FirstSeenAt,
    };

    private async Task SetKeysAsync(long id, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            await session.ExecuteAsync(
                "INSERT INTO paper_keys (key, paper_id) VALUES (@key, @id) ON CONFLICT DO NOTHING", new { key, id });
        }
    }

    /// <summary>A row of history where the counts are other than at the look before, and once for each look.</summary>
    private Task PollAsync(long id, string source, ListedPaper paper) => !paper.HasCounts
        ? Task.CompletedTask
        : session.ExecuteAsync("""
            INSERT INTO paper_polls (paper_id, source, polled_at, upvotes, comments, stars)
            SELECT @id, @source, @at, @Upvotes, @Comments, @Stars
            WHERE NOT EXISTS (
                SELECT 1
                FROM (SELECT upvotes, comments, stars, polled_at FROM paper_polls
                      WHERE paper_id = @id AND source = @source AND polled_at <= @at
                      ORDER BY polled_at DESC, upvotes DESC, comments DESC LIMIT 1) newest
                WHERE newest.upvotes = @Upvotes AND newest.comments = @Comments
                  AND COALESCE(newest.stars, -1) = COALESCE(@Stars, -1))
              AND NOT EXISTS (
                SELECT 1 FROM paper_polls p
                WHERE p.paper_id = @id AND p.source = @source AND p.polled_at = @at AND p.upvotes = @Upvotes
                  AND p.comments = @Comments AND COALESCE(p.stars, -1) = COALESCE(@Stars, -1))
            """, new
        {
            id,
            source,
            at = paper.AsOf ?? new DateTimeOffset(paper.ListedOn, default, TimeSpan.Zero),
            paper.Upvotes,
            paper.Comments,
            paper.Stars,
        });

    private sealed record KeyRow
    {
        public required long PaperId { get; init; }

        public required string Key { get; init; }
    }
}
