using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Papers.Sample;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions;

public abstract class EditionStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly DateOnly Tomorrow = Today.AddDays(1);

    [Fact]
    public async Task AnEditionContainsTheDaysPapersBestFirst()
    {
        var edition = await PublishAsync(Today,
            TestPapers.Listed("2611.00001", upvotes: 5), TestPapers.Listed("2611.00002", upvotes: 50),
            TestPapers.Listed("2611.00003", day: Tomorrow));

        Assert.Equal((1, Today, Morning, false), (edition.Number, edition.Day, edition.PublishedAt, edition.Sample));
        Assert.Equal(["2611.00002", "2611.00001"], edition.Papers.Select(paper => paper.Paper.ArxivId));
        Assert.Equal([1, 2], edition.Papers.Select(paper => paper.Rank));
        Assert.Equal(TrendScore.Calculate(new Counts(50, 0, null)).Score, edition.Papers[0].Score);
    }

    [Fact]
    public async Task PublishingAgainChangesNothing()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await SaveAsync(TestPapers.Listed("2611.00002"));
        var before = await SnapshotAsync();

        var again = await Editions.PublishAsync(Today, Stop);

        Assert.Single(Assert.IsType<PublishResult.AlreadyPublished>(again).Edition.Papers);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task APaperKnowsTheEditionThatItWasPublishedIn()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await PublishAsync(Tomorrow, TestPapers.Listed("2611.00002", day: Tomorrow));
        await SaveAsync(TestPapers.Listed("2611.00003", day: Tomorrow));

        Assert.Equal([1, 2, null], await ListEditionsOfPapersAsync());
    }

    [Fact]
    public async Task PapersPublishedBeforeTheMigrationKnowTheirEditionToo()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await PublishAsync(Tomorrow, TestPapers.Listed("2611.00002", day: Tomorrow));
        await SaveAsync(TestPapers.Listed("2611.00003", day: Tomorrow));
        var migration = Assert.Single(Directory.GetFiles(
            Path.Combine(Repository.Root, "src", "TrendingMail", "Storage", "Migrations", Database.Dialect.Name),
            "*_papers_know_their_edition.sql"));
        var sql = await File.ReadAllTextAsync(migration, Stop);

        await Database.WriteAsync(
            session => session.ExecuteSchemaAsync("ALTER TABLE papers DROP COLUMN edition"), Stop);
        await Database.WriteAsync(session => session.ExecuteSchemaAsync(sql), Stop);

        Assert.Equal([1, 2, null], await ListEditionsOfPapersAsync());
    }

    [Fact]
    public async Task ConcurrentPublishingCreatesOneEdition()
    {
        await SaveAsync(TestPapers.Listed("2611.00001"));

        var results = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => Editions.PublishAsync(Today, Stop))));

        Assert.Single(results.OfType<PublishResult.Published>());
        Assert.Equal(5, results.OfType<PublishResult.AlreadyPublished>().Count());
        Assert.Equal(1, await CountAsync("editions"));
    }

    [Fact]
    public async Task ADayWithoutPapersHasNoEdition()
    {
        await SaveAsync(TestPapers.Listed("2611.00001", day: Tomorrow));

        Assert.IsType<PublishResult.NothingToPublish>(await Editions.PublishAsync(Today, Stop));
        Assert.Null(await Editions.FindNewestAsync(Stop));
    }

    [Fact]
    public async Task APaperIsInOneEditionOnly()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        var second = await PublishAsync(
            Tomorrow, TestPapers.Listed("2611.00001", day: Tomorrow), TestPapers.Listed("2611.00002", day: Tomorrow));

        Assert.Equal(["2611.00002"], second.Papers.Select(paper => paper.Paper.ArxivId));
        Assert.Equal(1, (await Papers.FindByArxivIdAsync("2611.00001", Stop))!.Edition);
    }

    [Fact]
    public async Task ALatePaperGoesIntoTheNextEdition()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await SaveAsync(TestPapers.Listed("2611.00009", upvotes: 99));

        var next = await PublishAsync(Tomorrow, TestPapers.Listed("2611.00002", day: Tomorrow));

        Assert.Equal(["2611.00009", "2611.00002"], next.Papers.Select(paper => paper.Paper.ArxivId));
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public async Task ALatePaperIsEligibleForAWeek(int days, bool isEligible)
    {
        var old = Today.AddDays(-days);
        await PublishAsync(old, TestPapers.Listed("2611.00001", day: old));
        await SaveAsync(TestPapers.Listed("2611.00002", day: old));

        var result = await Editions.PublishAsync(Today, Stop);

        Assert.Equal(isEligible, result is PublishResult.Published);
    }

    [Fact]
    public async Task PapersOfAnEarlierUnpublishedDayAreKeptForItsOwnEdition()
    {
        await PublishAsync(Tomorrow, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", day: Tomorrow));

        var earlier = Assert.IsType<PublishResult.Published>(await Editions.PublishAsync(Today, Stop)).Edition;

        Assert.Equal(["2611.00001"], earlier.Papers.Select(paper => paper.Paper.ArxivId));
        Assert.Equal(2, earlier.Number);
    }

    [Fact]
    public async Task AnEditionDoesNotChangeWithItsPapers()
    {
        var paper = TestPapers.Listed("2611.00001") with { Title = "As Printed" };
        await PublishAsync(Today, paper);

        await SaveAsync(
            paper with { Title = "Changed", Abstract = "Changed.", Upvotes = 999, Authors = ["Someone Else"] });

        var frozen = (await Editions.FindAsync(Today, Stop))!.Papers[0].Paper;
        Assert.Equal(("As Printed", 10), (frozen.Title, frozen.Upvotes));
        Assert.Equal(paper.Authors, frozen.Authors);
        Assert.Equal("Changed", (await Papers.FindByArxivIdAsync("2611.00001", Stop))!.Title);
    }

    [Fact]
    public async Task FrozenTextContainsNoLatex()
    {
        var edition = await PublishAsync(Today, TestPapers.Listed("2611.00001") with
        {
            Title = "A Title\n  of $10\\times$ Two Lines",
            AiSummary = "Short and\nplain.",
        });

        var frozen = edition.Papers[0].Paper;
        Assert.Equal("A Title of 10× Two Lines", frozen.Title);
        Assert.Equal(("Short and plain.", true), (frozen.Summary, frozen.SummaryByAi));
    }

    [Fact]
    public async Task WithoutAiSummaryTheSummaryIsAnExcerptOfTheAbstract()
    {
        var edition = await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        Assert.Equal(("What 2611.00001 is about.", false),
            (edition.Papers[0].Paper.Summary, edition.Papers[0].Paper.SummaryByAi));
    }

    [Fact]
    public async Task AnEditionOfSamplePapersIsMarked()
    {
        await Papers.SaveAsync(SamplePapers.Source, [TestPapers.Listed("2611.00001")], Stop);
        await Editions.PublishAsync(Today, Stop);
        await PublishAsync(Tomorrow, TestPapers.Listed("2611.00002", day: Tomorrow));

        Assert.Equal([false, true], (await Editions.ListAsync(10, Stop)).Select(edition => edition.Sample));
    }

    [Fact]
    public async Task EditionsAreFoundByDayRangeAndAdjacency()
    {
        foreach (var days in new[] { -4, -3, 0 })
        {
            await PublishAsync(
                Today.AddDays(days), TestPapers.Listed($"2611.0000{days + 5}", day: Today.AddDays(days)));
        }

        Assert.Equal(3, (await Editions.FindNewestAsync(Stop))!.Number);
        Assert.Null(await Editions.FindAsync(Today.AddDays(-1), Stop));
        Assert.Equal([2, 3],
            (await Editions.ListBetweenAsync(Today.AddDays(-3), Today, Stop)).Select(edition => edition.Number));
        Assert.Equal((Today.AddDays(-4), Today), await Editions.FindAdjacentDaysAsync(Today.AddDays(-3), Stop));
        Assert.Equal((Today.AddDays(-3), null), await Editions.FindAdjacentDaysAsync(Today, Stop));
        var listed = await Editions.ListAsync(2, Stop);
        Assert.Equal([(3, 1), (2, 1)], listed.Select(edition => (edition.Number, edition.Papers)));
    }

    private async Task<IEnumerable<int?>> ListEditionsOfPapersAsync()
    {
        var found = new List<int?>();
        foreach (var id in (string[])["2611.00001", "2611.00002", "2611.00003"])
        {
            found.Add((await Papers.FindByArxivIdAsync(id, Stop))!.Edition);
        }

        return found;
    }

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) => Papers.SaveAsync("HuggingFace", papers, Stop);
}

public sealed class EditionStoreOnSqlite() : EditionStoreTests(new SqliteFixture());

public sealed class EditionStoreOnPostgreSql() : EditionStoreTests(new PostgreSqlFixture());
