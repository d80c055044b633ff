using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Papers.Texts;

/// <summary>
/// Converts the texts of stored papers again that an earlier version of the program converted, or a migration left
/// unconverted. Safe to interrupt and to run on several nodes at once.
/// </summary>
public sealed class PaperTextUpgrade(Database database) : IDataUpgrade
{
    /// <summary>Papers per transaction: well under a second, so that other writers are not held up.</summary>
    private const int BatchSize = 200;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await database.ReadAsync(ListAsync, cancellationToken) is { Count: > 0 } rows)
        {
            await database.WriteAsync(async session =>
            {
                foreach (var row in rows)
                {
                    await UpdateAsync(session, row);
                }

                return rows.Count;
            }, cancellationToken);
        }
    }

    private static Task<IReadOnlyList<Row>> ListAsync(Session session) => session.QueryAsync<Row>("""
        SELECT id, source_title, source_abstract, source_ai_summary, source_authors, arxiv_id, doi, organization,
            keywords
        FROM papers
        WHERE text_version < @Version
        ORDER BY text_version, id
        LIMIT @BatchSize
        """, new { PaperText.Version, BatchSize });

    private static Task<int> UpdateAsync(Session session, Row row)
    {
        var text = PaperText.From(row.SourceTitle, row.SourceAbstract, row.SourceAiSummary, row.SourceAuthors,
            row.ArxivId, row.Doi, row.Organization, row.Keywords);

        // A fetch that changed the row in the meantime has converted its texts, too.
        return session.ExecuteAsync($"""
            UPDATE papers
            SET ({PaperText.Columns}) = ({PaperText.Values})
            WHERE id = @Id AND text_version < @Version
            """, new
        {
            row.Id, PaperText.Version, text.Title, text.Abstract, text.AiSummary, text.Authors, text.SearchTitle,
            text.SearchAbstract, text.SearchAuthors, text.SearchKeywords,
        });
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string SourceTitle { get; init; }

        public required string SourceAbstract { get; init; }

        public string? SourceAiSummary { get; init; }

        public required IReadOnlyList<string> SourceAuthors { get; init; }

        public string? ArxivId { get; init; }

        public string? Doi { get; init; }

        public string? Organization { get; init; }

        public required IReadOnlyList<string> Keywords { get; init; }
    }
}
