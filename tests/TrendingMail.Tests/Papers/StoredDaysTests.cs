using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Arxiv;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers;

/// <summary>
/// The API's own answers of 33 days where they lie beside the repository, else the fixtures made after them: all are
/// taken in, and what is set aside is what a plain look at the JSON says.
/// </summary>
public abstract class StoredDaysTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly string? Real = Repository.Sample("huggingface");

    private static readonly string[] Files = [.. Directory
        .EnumerateFiles(Real ?? Path.Combine(Repository.Tests, "Papers", "HuggingFace"), "*.json")
        .Order(StringComparer.Ordinal)];

    private PaperCollector Collector => new([], Papers, NullLogger<PaperCollector>.Instance);

    [Fact]
    public async Task EveryStoredDayIsTakenInAndOnlyBrokenEntriesAreSetAside()
    {
        var papers = 0;
        var setAside = 0;
        foreach (var file in Files)
        {
            var (good, bad) = Count(file);
            var report = await Collector.ImportAsync(file, null, Stop);
            Assert.Equal((Path.GetFileName(file), good, bad),
                (Path.GetFileName(file), report.Received, report.Problems.Count));
            Assert.Null(report.Fault);
            papers += good;
            setAside += bad;
        }

        Assert.Equal(papers, await CountAsync("papers"));
        Assert.Equal(Real is not null ? (33, 525, 25) : (6, 6, 4), (Files.Length, papers, setAside));
    }

    [Fact]
    public async Task TakingTheSameDaysInAgainChangesNothing()
    {
        await ImportAllAsync();
        var before = await PapersAsync();

        await ImportAllAsync();

        Assert.Equal(before, await PapersAsync());
    }

    [Fact]
    public async Task TheOrderInWhichAllIsTakenInChangesNoPaperAndNoScore()
    {
        Func<Task>[] imports = [.. Files.Select(file => (Func<Task>)(() => Collector.ImportAsync(file, null, Stop))),
            .. ArxivAnswers().Select(papers => (Func<Task>)(() => Papers.SaveAsync("Arxiv", papers, Stop)))];
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
    public async Task EveryStoredDayMakesAnEditionWhoseTextsAreOnOneLine()
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
        SELECT id || identity || title || abstract || authors || upvotes || comments || COALESCE(CAST(stars AS TEXT), '-') || listed_on
        FROM papers ORDER BY id
        """), Stop);

    private Task<IReadOnlyList<string>> FactsAsync() => Database.ReadAsync(session => session.QueryAsync<string>("""
        SELECT identity || title || abstract || authors || categories || keywords || upvotes || comments ||
            COALESCE(CAST(stars AS TEXT), '-') || listed_on || listing || sources || stamps
        FROM papers ORDER BY identity
        """), Stop);

    private async Task<IEnumerable<string>> ScoresAsync()
    {
        var scores = new List<string>();
        foreach (var day in await Database.ReadAsync(session => session.QueryAsync<DateOnly>(
            "SELECT DISTINCT listed_on FROM papers ORDER BY listed_on"), Stop))
        {
            scores.AddRange((await Papers.RankedAsync(day, Stop)).Select(ranked => $"{day} {ranked.Paper.Identity} {ranked.Trend}"));
        }

        return scores;
    }

    private static IEnumerable<IReadOnlyList<ListedPaper>> ArxivAnswers()
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

    /// <summary>Good and bad entries by a reading of the file that shares no code with ours.</summary>
    private static (int Good, int Bad) Count(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = json.RootElement;
        var entries = root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("data");
        var good = entries.EnumerateArray().Count(entry =>
            entry.ValueKind == JsonValueKind.Object &&
            entry.TryGetProperty("paper", out var paper) && Has(paper, "title") && (Has(paper, "summary") || Has(entry, "summary")));
        return (good, entries.GetArrayLength() - good);
    }

    private static bool Has(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && !string.IsNullOrWhiteSpace(value.GetString());
}

public sealed class StoredDaysOnSqlite() : StoredDaysTests(new SqliteFixture());

public sealed class StoredDaysOnPostgreSql() : StoredDaysTests(new PostgreSqlFixture());
