using TrendingMail.Papers;
using TrendingMail.Papers.Search;
using TrendingMail.Papers.Search.Parsing;
using TrendingMail.Papers.Texts;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Texts;

public abstract class PaperTextUpgradeTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const int Count = 450;

    private PaperTextUpgrade Upgrade => new(Database);

    [Fact]
    public async Task StoredPapersOfAnEarlierVersionAreConvertedAndIndexedAgain()
    {
        await SaveUnconvertedAsync();

        await Upgrade.RunAsync(Stop);

        var paper = await Papers.FindByArxivIdAsync("2611.00007", Stop);
        Assert.Equal("The γ-flow number 7", paper!.Title);
        Assert.Equal("In ℝ³.", paper.Abstract);
        Assert.Equal("Shows α.", paper.AiSummary);
        Assert.Equal(["René Müller"], paper.Authors);
        Assert.Equal(1, await CountMatchesAsync("\"γ flow number 7\" rene"));
        Assert.Equal(PaperSearch.MaximumCandidates, await CountMatchesAsync("γ-flow"));
    }

    [Fact]
    public async Task TheUpgradeChangesNothingTheSecondTime()
    {
        await SaveUnconvertedAsync();
        await Upgrade.RunAsync(Stop);
        await Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE papers SET title = 'Kept' WHERE id = 1"), Stop);

        await Upgrade.RunAsync(Stop);

        Assert.Equal("Kept", (await Papers.FindAsync(1, Stop))!.Title);
    }

    [Fact]
    public async Task SeveralNodesCanUpgradeAtOnce()
    {
        await SaveUnconvertedAsync();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Upgrade.RunAsync(Stop), Stop)));

        Assert.Equal(0, await Database.ReadAsync(session => session.SingleAsync<long>(
            @"SELECT COUNT(*) FROM papers WHERE text_version = 0 OR title LIKE '%\gamma%'"), Stop));
    }

    [Fact]
    public async Task AnUnchangedReportAfterTheUpgradeIsNoChange()
    {
        await SaveUnconvertedAsync();
        await Upgrade.RunAsync(Stop);

        var saved = await Papers.SaveFetchAsync("File", new([Listed(7)], []), Stop);

        Assert.Equal((0, 0), (saved.Added, saved.Changed));
    }

    private static ListedPaper Listed(int number) => TestPapers.Listed($"2611.{number:00000}") with
    {
        Title = $@"The $\gamma$-flow number {number}",
        Abstract = @"In $\mathbb{R}^3$.",
        AiSummary = @"Shows $\alpha$.",
        Authors = [@"Ren\'e M\""uller"],
    };

    /// <summary>Leaves the papers as a migration from before the converted columns does.</summary>
    private async Task SaveUnconvertedAsync()
    {
        await Papers.SaveAsync("File", [.. Enumerable.Range(1, Count).Select(Listed)], Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE papers
            SET title = source_title, abstract = source_abstract, ai_summary = source_ai_summary,
                authors = source_authors, search_title = '', search_abstract = '', search_authors = '',
                search_keywords = '', text_version = 0
            """), Stop);
    }

    private async Task<int> CountMatchesAsync(string query) => (await new PaperSearch(
        Database, Engine<ISearchDialect>(), Papers, Clock)
        .SearchAsync(SearchQuery.Parse(query), 1, 10, Stop)).Total;
}

public sealed class PaperTextUpgradeOnSqlite() : PaperTextUpgradeTests(new SqliteFixture());

public sealed class PaperTextUpgradeOnPostgreSql() : PaperTextUpgradeTests(new PostgreSqlFixture());
