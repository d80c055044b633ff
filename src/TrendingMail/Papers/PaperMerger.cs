using System.Text.Json;
using TrendingMail.Papers.Identifiers;
using TrendingMail.Papers.Texts;
using TrendingMail.Storage;

namespace TrendingMail.Papers;

/// <summary>The outcome of saving one report.</summary>
internal enum SaveOutcome
{
    Added,
    Changed,
    Unchanged,
}

/// <summary>Merges a report into its row, and rows that turn out to be the same paper into one.</summary>
internal sealed class PaperMerger(Session session, DateTimeOffset now)
{
    /// <summary>The columns of a report, apart from its texts.</summary>
    private const string Columns = """
        arxiv_id, doi, keywords, categories, organization, upvotes, comments, stars, code_url, project_url,
        thumbnail_url, submitter, versions, listed_on, listing, published_at, sources, first_seen_at
        """;

    /// <returns>The outcome, and the number of rows merged into another.</returns>
    public async Task<(SaveOutcome Outcome, int Merged)> SaveAsync(string source, ListedPaper paper)
    {
        var keys = PaperKeys.For(paper).ToHashSet(StringComparer.Ordinal);
        var rows = await FindMatchesAsync(keys);
        var facts = PaperFacts.From(paper, source, now);
        if (rows.Count == 0)
        {
            var id = await InsertAsync(facts, keys);
            await AddKeysAsync(id, keys);
            await RecordCountsAsync(id, source, paper);
            return (SaveOutcome.Added, 0);
        }

        var survivor = await SelectSurvivorAsync(rows);
        var before = await LoadFactsAsync(survivor);
        var merged = before;
        foreach (var row in rows.Where(row => row != survivor))
        {
            merged = PaperFacts.Merge(merged, await LoadFactsAsync(row));
            await MergeRowAsync(row, survivor);
        }

        var after = PaperFacts.Merge(merged, facts);
        await UpdateAsync(survivor, before, after, keys);
        await AddKeysAsync(survivor, keys);
        await RecordCountsAsync(survivor, source, paper);
        return (after.HasSameContentAs(before) ? SaveOutcome.Unchanged : SaveOutcome.Changed, rows.Count - 1);
    }

    /// <summary>
    /// Finds the rows that share a key with the report and are compatible with it and with each other. Adds their keys
    /// to <paramref name="keys"/>.
    /// </summary>
    private async Task<IReadOnlyList<long>> FindMatchesAsync(HashSet<string> keys)
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
            // Strongest shared key first, so that a match by title never excludes a match by identifier.
            .OrderBy(row => row.Keys.Where(keys.Contains).Min(StringComparer.Ordinal), StringComparer.Ordinal)
            .ThenBy(row => PaperKeys.Strongest(row.Keys), StringComparer.Ordinal)
            .ToArray())
        {
            if (PaperKeys.AreCompatible(keys, row.Keys))
            {
                matches.Add(row.Id);
                keys.UnionWith(row.Keys);
            }
        }

        return matches;
    }

    /// <summary>Selects the row to keep: the one in the earliest edition, else the oldest.</summary>
    private async Task<long> SelectSurvivorAsync(IReadOnlyList<long> rows) => rows.Count == 1
        ? rows[0]
        : await session.SingleAsync<long>("""
            SELECT id
            FROM papers
            WHERE id IN @rows
            ORDER BY CASE WHEN edition IS NULL THEN 1 ELSE 0 END, edition, id
            LIMIT 1
            """, new { rows = rows.ToArray() });

    private async Task<PaperFacts> LoadFactsAsync(long id)
    {
        var parameters = new { id };
        var facts = await session.SingleAsync<PaperFacts>($"""
            SELECT {Columns}, source_title AS title, source_abstract AS abstract, source_ai_summary AS ai_summary,
                source_authors AS authors
            FROM papers
            WHERE id = @id
            """, parameters);
        var versions = await session.SingleAsync<string>(
            "SELECT field_versions FROM papers WHERE id = @id", parameters);
        return facts with { FieldVersions = JsonSerializer.Deserialize<Dictionary<string, FieldVersion>>(versions)! };
    }

    private async Task MergeRowAsync(long row, long survivor)
    {
        var parameters = new { row, survivor };
        await session.ExecuteAsync("UPDATE paper_polls SET paper_id = @survivor WHERE paper_id = @row", parameters);
        await session.ExecuteAsync("DELETE FROM paper_keys WHERE paper_id = @row", parameters);
        var isPublished = await session.SingleAsync<bool>(
            "SELECT edition IS NOT NULL FROM papers WHERE id = @row", parameters);

        // A published edition never changes, so a row that it refers to stays as an empty placeholder.
        await session.ExecuteAsync(isPublished
            ? """
                UPDATE papers
                SET identity = 'merged:' || id, merged_into = @survivor, arxiv_id = NULL, doi = NULL,
                    source_title = '', source_abstract = '', source_ai_summary = NULL, source_authors = '[]',
                    title = '', abstract = '', ai_summary = NULL, authors = '[]', search_title = '',
                    search_abstract = '', search_authors = '', search_keywords = '', keywords = '[]',
                    categories = '[]', organization = NULL
                WHERE id = @row
                """
            : "DELETE FROM papers WHERE id = @row", parameters);
        await session.ExecuteAsync("UPDATE papers SET merged_into = @survivor WHERE merged_into = @row", parameters);
    }

    private Task<long> InsertAsync(PaperFacts facts, IEnumerable<string> keys) => session.SingleAsync<long>($"""
        INSERT INTO papers (identity, source, field_versions, updated_at, source_title, source_abstract,
            source_ai_summary, source_authors, {PaperText.Columns}, {Columns})
        VALUES (@Identity, @Source, @FieldVersions, @now, @SourceTitle, @SourceAbstract, @SourceAiSummary,
            @SourceAuthors, {PaperText.Values}, @ArxivId, @Doi, @Keywords, @Categories, @Organization, @Upvotes,
            @Comments, @Stars, @CodeUrl, @ProjectUrl, @ThumbnailUrl, @Submitter, @Versions, @ListedOn, @Listing,
            @PublishedAt,
            @Sources, @FirstSeenAt)
        RETURNING id
        """, Parameters(0, facts, PaperText.From(facts), keys));

    private Task<int> UpdateAsync(long id, PaperFacts before, PaperFacts after, IEnumerable<string> keys)
    {
        // Most fetches change only counts: the texts, and with them the search index, are left alone.
        var text = after.HasSameTextsAs(before) ? null : PaperText.From(after);
        return session.ExecuteAsync($"""
            UPDATE papers
            SET identity = @Identity, source = @Source, field_versions = @FieldVersions, arxiv_id = @ArxivId,
                doi = @Doi,
                source_title = @SourceTitle, source_abstract = @SourceAbstract,
                source_ai_summary = @SourceAiSummary, source_authors = @SourceAuthors, keywords = @Keywords,
                categories = @Categories, organization = @Organization, upvotes = @Upvotes, comments = @Comments,
                stars = @Stars, code_url = @CodeUrl, project_url = @ProjectUrl, thumbnail_url = @ThumbnailUrl,
                submitter = @Submitter, versions = @Versions, listed_on = @ListedOn, listing = @Listing,
                published_at = @PublishedAt, sources = @Sources, first_seen_at = @FirstSeenAt
                {(text is null ? "" : $", ({PaperText.Columns}) = ({PaperText.Values})")}
                {(after.HasSameContentAs(before) ? "" : ", updated_at = @now")}
            WHERE id = @id
            """, Parameters(id, after, text, keys));
    }

    private object Parameters(long id, PaperFacts facts, PaperText? text, IEnumerable<string> keys) => new
    {
        id,
        now,
        Identity = PaperKeys.Strongest(keys),
        FieldVersions = JsonSerializer.Serialize(facts.FieldVersions),
        SourceTitle = facts.Title,
        SourceAbstract = facts.Abstract,
        SourceAiSummary = facts.AiSummary,
        SourceAuthors = facts.Authors,
        text?.Title, text?.Abstract, text?.AiSummary, text?.Authors, text?.SearchTitle, text?.SearchAbstract,
        text?.SearchAuthors, text?.SearchKeywords, PaperText.Version,
        facts.Source, facts.ArxivId, facts.Doi, facts.Keywords, facts.Categories, facts.Organization, facts.Upvotes,
        facts.Comments, facts.Stars, facts.CodeUrl, facts.ProjectUrl, facts.ThumbnailUrl, facts.Submitter,
        facts.Versions, facts.ListedOn, Listing = facts.Listing.ToColumn(), facts.PublishedAt, facts.Sources,
        facts.FirstSeenAt,
    };

    private async Task AddKeysAsync(long id, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            await session.ExecuteAsync(
                "INSERT INTO paper_keys (key, paper_id) VALUES (@key, @id) ON CONFLICT DO NOTHING", new { key, id });
        }
    }

    /// <summary>Adds a row of history if the counts differ from the previous fetch; idempotent.</summary>
    private Task RecordCountsAsync(long id, string source, ListedPaper paper) => !paper.HasCounts
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
