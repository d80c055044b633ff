using TrendingMail.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers;

public abstract class PaperStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly ListedPaper Complete = new()
    {
        ArxivId = "2611.00001",
        Title = "A Whole Paper",
        Abstract = "All of it.\nOn two lines.",
        AiSummary = "In short.",
        Authors = ["Ada Quill", "Ben \"B\" Ortiz"],
        Keywords = ["wholeness"],
        Organization = "Harbour Lane",
        Upvotes = 10,
        Comments = 5,
        Stars = 7,
        CodeUrl = "https://example.org/code",
        ProjectUrl = "https://example.org/project",
        ListedOn = TestPapers.Day,
        PublishedAt = Morning,
    };

    /// <summary>The same paper as reported by a source with required fields only.</summary>
    private static readonly ListedPaper Minimal = new()
    {
        ArxivId = "2611.00001",
        Title = "A Whole Paper, Revised",
        Abstract = "All of it, revised.",
        Authors = [],
        Keywords = [],
        ListedOn = TestPapers.Day.AddDays(1),
    };

    [Fact]
    public async Task ANulCharacterIsReplaced()
    {
        await Papers.SaveAsync(
            "HuggingFace", [TestPapers.Listed("2311.00001") with { Title = "A\0B", Authors = ["Ada\0Quill"] }], Stop);

        var paper = (await Papers.FindByArxivIdAsync("2311.00001", Stop))!;
        Assert.Equal("A\uFFFDB", paper.Title);
    }

    [Fact]
    public async Task ASavedPaperRoundTrips()
    {
        Assert.Equal(new SaveResult(1, 0), await SaveAsync(Complete));

        var paper = await FindAsync();
        Assert.Equal(
            (Complete.Title, "All of it. On two lines.", Complete.AiSummary),
            (paper.Title, paper.Abstract, paper.AiSummary));
        Assert.Equal(Complete.Authors, paper.Authors);
        Assert.Equal(Complete.Keywords, paper.Keywords);
        Assert.Equal((10, 5, 7), (paper.Upvotes, paper.Comments, paper.Stars));
        Assert.Equal((Complete.Organization, Complete.CodeUrl, Complete.ProjectUrl),
            (paper.Organization, paper.CodeUrl, paper.ProjectUrl));
        Assert.Equal((TestPapers.Day, "HuggingFace", Morning), (paper.ListedOn, paper.Source, paper.FirstSeenAt));
        Assert.Null(paper.Edition);
    }

    [Fact]
    public async Task APaperReportedByTwoSourcesIsOneRow()
    {
        await SaveAsync(Complete);

        Assert.Equal(new SaveResult(0, 1), await Papers.SaveAsync("File", [Minimal], Stop));

        Assert.Equal(1, await CountAsync("papers"));
        Assert.Equal("HuggingFace", (await FindAsync()).Source);
    }

    [Fact]
    public async Task AFieldThatIsNoLongerReportedKeepsItsValue()
    {
        await SaveAsync(Complete);
        await SaveAsync(Minimal);

        var paper = await FindAsync();
        Assert.Equal((Complete.AiSummary, Complete.Organization), (paper.AiSummary, paper.Organization));
        Assert.Equal((Complete.CodeUrl, Complete.ProjectUrl), (paper.CodeUrl, paper.ProjectUrl));
        Assert.Equal(Complete.Authors, paper.Authors);
        Assert.Equal(Complete.Keywords, paper.Keywords);
        Assert.Equal((10, 5, 7), (paper.Upvotes, paper.Comments, paper.Stars));
    }

    [Fact]
    public async Task ALaterReportFillsInMissingFields()
    {
        await SaveAsync(Minimal);
        await SaveAsync(Complete);

        var paper = await FindAsync();
        Assert.Equal((Complete.AiSummary, Complete.Organization), (paper.AiSummary, paper.Organization));
        Assert.Equal(Complete.Authors, paper.Authors);
        Assert.Equal((10, 5, 7), (paper.Upvotes, paper.Comments, paper.Stars));
    }

    [Fact]
    public async Task TheNewestTextsWin()
    {
        await SaveAsync(Complete);
        await SaveAsync(Minimal);

        var paper = await FindAsync();
        Assert.Equal((Minimal.Title, Minimal.Abstract), (paper.Title, paper.Abstract));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CountsKeepTheirMaximumInAnyOrder(bool risingFirst)
    {
        ListedPaper[] reports =
        [
            Complete with { Upvotes = 20, Comments = 1, Stars = null },
            Complete with { Upvotes = 3, Comments = 9, Stars = 2 },
        ];
        foreach (var report in risingFirst ? reports : reports.Reverse())
        {
            await SaveAsync(report);
        }

        var paper = await FindAsync();
        Assert.Equal((20, 9, 2), (paper.Upvotes, paper.Comments, paper.Stars));
    }

    [Fact]
    public async Task APaperKeepsItsFirstListingDay()
    {
        await SaveAsync(Minimal);
        await SaveAsync(Complete);
        await SaveAsync(Minimal);

        Assert.Equal(TestPapers.Day, (await FindAsync()).ListedOn);
    }

    [Fact]
    public async Task SavingIsIdempotent()
    {
        await SaveAsync(Complete);
        var before = await SnapshotAsync();

        await SaveAsync(Complete);

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task AFetchIsSavedAtomically()
    {
        var broken = TestPapers.Listed("2611.00002") with { Title = null! };

        await Assert.ThrowsAnyAsync<Exception>(() => Papers.SaveAsync("HuggingFace", [Complete, broken], Stop));

        Assert.True(await Papers.IsEmptyAsync(Stop));
    }

    [Fact]
    public async Task PapersAreListedByListingDay()
    {
        await SaveAsync(
            TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", day: TestPapers.Day.AddDays(1)));

        Assert.Equal(
            ["2611.00001"], (await Papers.ListByDayAsync(TestPapers.Day, Stop)).Select(paper => paper.ArxivId));
    }

    [Fact]
    public async Task TheNewestDayIsNotAfterTheGivenOne()
    {
        Assert.Null(await Papers.FindNewestDayAsync(TestPapers.Day, Stop));
        foreach (var days in new[] { -3, -1, 2 })
        {
            await SaveAsync(TestPapers.Listed($"2611.0000{days + 3}", day: TestPapers.Day.AddDays(days)));
        }

        Assert.Equal(TestPapers.Day.AddDays(-1), await Papers.FindNewestDayAsync(TestPapers.Day, Stop));
    }

    [Fact]
    public async Task TheCurrentDayIsTheNewestWithPapersOrToday()
    {
        Assert.Equal(Today, await Papers.FindCurrentDayAsync(Stop));
        await SaveAsync(
            TestPapers.Listed("2611.00001", day: Today.AddDays(-2)),
            TestPapers.Listed("2611.00002", day: Today.AddDays(1)));

        Assert.Equal(Today.AddDays(-2), await Papers.FindCurrentDayAsync(Stop));
    }

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) => Papers.SaveAsync("HuggingFace", papers, Stop);

    private async Task<Paper> FindAsync() => (await Papers.FindByArxivIdAsync("2611.00001", Stop))!;
}

public sealed class PaperStoreOnSqlite() : PaperStoreTests(new SqliteFixture());

public sealed class PaperStoreOnPostgreSql() : PaperStoreTests(new PostgreSqlFixture());
