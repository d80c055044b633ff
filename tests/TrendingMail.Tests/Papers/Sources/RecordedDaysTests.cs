using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.Arxiv;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Sources;

/// <summary>
/// Imports recorded API responses of 33 days if they are available beside the repository, else fixtures modeled after
/// them, and compares the outcome with an independent reading of the JSON.
/// </summary>
public abstract class RecordedDaysTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly string? RecordingsFolder = Repository.Sample("huggingface");

    private static readonly string[] Files = [.. Directory
        .EnumerateFiles(RecordingsFolder ?? Path.Combine(Repository.Tests, "Papers", "HuggingFace"), "*.json")
        .Order(StringComparer.Ordinal)];

    private PaperCollector Collector => new([], Papers, Clock, NullLogger<PaperCollector>.Instance);

    [Fact]
    public async Task EveryRecordedDayIsImportedAndOnlyInvalidEntriesAreSkipped()
    {
        var papers = 0;
        var skipped = 0;
        foreach (var file in Files)
        {
            var (valid, invalid) = CountEntries(file);
            var report = await Collector.ImportAsync(file, null, Stop);
            Assert.Equal((Path.GetFileName(file), valid, invalid),
                (Path.GetFileName(file), report.Received, report.Problems.Count));
            Assert.Null(report.Fault);
            papers += valid;
            skipped += invalid;
        }

        Assert.Equal(papers, await CountAsync("papers"));
        Assert.Equal(RecordingsFolder is not null ? (33, 525, 25) : (6, 6, 4), (Files.Length, papers, skipped));
    }

    [Fact]
    public async Task ImportingTheSameDaysAgainChangesNothing()
    {
        await ImportAllAsync();
        var before = await PapersAsync();

        await ImportAllAsync();

        Assert.Equal(before, await PapersAsync());
    }

    [Fact]
    public async Task PapersAndScoresDoNotDependOnTheOrderOfImports()
    {
        Func<Task>[] imports = [.. Files.Select(file => (Func<Task>)(() => Collector.ImportAsync(file, null, Stop))),
            .. ArxivReports().Select(papers => (Func<Task>)(() => Papers.SaveAsync("Arxiv", papers, Stop)))];
        var random = new Random(3);
        string? expected = null;
        for (var round = 0; round < 3; round++)
        {
            await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM papers"), Stop);
            foreach (var import in round == 0 ? imports : imports.OrderBy(_ => random.Next()).ToArray())
            {
                await import();
            }

            var papers = string.Join('\n', [.. await FactsAsync(), .. await ScoresAsync()]);
            expected ??= papers;
            Assert.Equal(expected, papers);
        }
    }

    [Fact]
    public async Task EveryRecordedDayMakesAnEditionWithSingleLineTitles()
    {
        await ImportAllAsync();

        var days = await Database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT DISTINCT listed_on FROM papers ORDER BY listed_on"), Stop);
        var published = 0;
        foreach (var day in days)
        {
            var edition = Assert.IsType<PublishResult.Published>(
                await Editions.PublishAsync(DateOnly.Parse(day, null), Stop)).Edition;
            published += edition.Papers.Count;
            Assert.All(edition.Papers, paper =>
            {
                Assert.DoesNotContain('\n', paper.Paper.Title);
                Assert.NotEmpty(paper.Paper.Summary);
            });
        }

        Assert.Equal(await CountAsync("papers"), published);
    }

    private async Task ImportAllAsync()
    {
        foreach (var file in Files)
        {
            await Collector.ImportAsync(file, null, Stop);
        }
    }

    private Task<IReadOnlyList<string>> PapersAsync() => Database.ReadAsync(session => session.QueryAsync<string>("""
        SELECT id || identity || title || abstract || authors || upvotes || comments || COALESCE(CAST(stars AS TEXT),
            '-') || listed_on
        FROM papers ORDER BY id
        """), Stop);

    private Task<IReadOnlyList<string>> FactsAsync() => Database.ReadAsync(session => session.QueryAsync<string>("""
        SELECT identity || title || abstract || authors || categories || keywords || upvotes || comments ||
            COALESCE(CAST(stars AS TEXT), '-') || listed_on || listing || sources || field_versions
        FROM papers ORDER BY identity
        """), Stop);

    private async Task<IEnumerable<string>> ScoresAsync()
    {
        var scores = new List<string>();
        foreach (var day in await Database.ReadAsync(session => session.QueryAsync<DateOnly>(
            "SELECT DISTINCT listed_on FROM papers ORDER BY listed_on"), Stop))
        {
            scores.AddRange(
                (await Papers.RankAsync(day, Stop)).Select(ranked => $"{day} {ranked.Paper.Identity} {ranked.Trend}"));
        }

        return scores;
    }

    private static IEnumerable<IReadOnlyList<ListedPaper>> ArxivReports()
    {
        foreach (var file in Repository.Sample("arxiv") is { } folder ? Directory.EnumerateFiles(folder, "*.json") : [])
        {
            using var stored = JsonDocument.Parse(File.ReadAllBytes(file));
            if (stored.RootElement.GetProperty("status_code").GetInt32() == 200)
            {
                var body = Encoding.UTF8.GetBytes(stored.RootElement.GetProperty("body").GetString()!);
                yield return [.. ArxivFeed.Read(body).Papers.Select(entry => entry.Paper)];
            }
        }
    }

    /// <summary>Counts valid and invalid entries without using any code under test.</summary>
    private static (int Valid, int Invalid) CountEntries(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = json.RootElement;
        var entries = root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("data");
        var valid = entries.EnumerateArray().Count(entry =>
            entry.ValueKind == JsonValueKind.Object &&
            entry.TryGetProperty("paper", out var paper) && HasText(paper, "title") &&
            (HasText(paper, "summary") || HasText(entry, "summary")));
        return (valid, entries.GetArrayLength() - valid);
    }

    private static bool HasText(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && !string.IsNullOrWhiteSpace(value.GetString());
}

public sealed class RecordedDaysOnSqlite() : RecordedDaysTests(new SqliteFixture());

public sealed class RecordedDaysOnPostgreSql() : RecordedDaysTests(new PostgreSqlFixture());
