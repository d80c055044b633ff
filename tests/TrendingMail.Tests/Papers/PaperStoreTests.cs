using TrendingMail.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers;

public abstract class PaperStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly ListedPaper Whole = new()
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

    /// <summary>The same paper as a source tells of it that knows the least.</summary>
    private static readonly ListedPaper Bare = new()
    {
        ArxivId = "2611.00001",
        Title = "A Whole Paper, Revised",
        Abstract = "All of it, revised.",
        Authors = [],
        Keywords = [],
        ListedOn = TestPapers.Day.AddDays(1),
    };

    [Fact]
    public async Task ACharacterThatTextCannotHoldIsReplaced()
    {
        await Papers.SaveAsync("HuggingFace", [TestPapers.Listed("2311.00001") with { Title = "A\0B", Authors = ["Ada\0Quill"] }], Stop);

        var paper = (await Papers.FindByArxivIdAsync("2311.00001", Stop))!;
        Assert.Equal("A\uFFFDB", paper.Title);
    }

    [Fact]
    public async Task APaperComesBackAsItWasSaved()
    {
        Assert.Equal(new SaveResult(1, 0), await SaveAsync(Whole));

        var paper = await FindAsync();
        Assert.Equal((Whole.Title, Whole.Abstract, Whole.AiSummary), (paper.Title, paper.Abstract, paper.AiSummary));
        Assert.Equal(Whole.Authors, paper.Authors);
        Assert.Equal(Whole.Keywords, paper.Keywords);
        Assert.Equal((10, 5, 7), (paper.Upvotes, paper.Comments, paper.Stars));
        Assert.Equal((Whole.Organization, Whole.CodeUrl, Whole.ProjectUrl),
            (paper.Organization, paper.CodeUrl, paper.ProjectUrl));
        Assert.Equal((TestPapers.Day, "HuggingFace", Morning), (paper.ListedOn, paper.Source, paper.FirstSeenAt));
        Assert.Null(paper.Edition);
    }

    [Fact]
    public async Task APaperIsOneRowHoweverManySourcesReportIt()
    {
        await SaveAsync(Whole);

        Assert.Equal(new SaveResult(0, 1), await Papers.SaveAsync("File", [Bare], Stop));

        Assert.Equal(1, await CountAsync("papers"));
        Assert.Equal("HuggingFace", (await FindAsync()).Source);
    }

    [Fact]
    public async Task WhatASourceNoLongerGivesStays()
    {
        await SaveAsync(Whole);
        await SaveAsync(Bare);

        var paper = await FindAsync();
        Assert.Equal((Whole.AiSummary, Whole.Organization), (paper.AiSummary, paper.Organization));
        Assert.Equal((Whole.CodeUrl, Whole.ProjectUrl), (paper.CodeUrl, paper.ProjectUrl));
        Assert.Equal(Whole.Authors, paper.Authors);
        Assert.Equal(Whole.Keywords, paper.Keywords);
        Assert.Equal((10, 5, 7), (paper.Upvotes, paper.Comments, paper.Stars));
    }

    [Fact]
    public async Task AKnownPaperIsCompletedByWhatComesLater()
    {
        await SaveAsync(Bare);
        await SaveAsync(Whole);

        var paper = await FindAsync();
        Assert.Equal((Whole.AiSummary, Whole.Organization), (paper.AiSummary, paper.Organization));
        Assert.Equal(Whole.Authors, paper.Authors);
        Assert.Equal((10, 5, 7), (paper.Upvotes, paper.Comments, paper.Stars));
    }

    [Fact]
    public async Task TheNewestTextsWin()
    {
        await SaveAsync(Whole);
        await SaveAsync(Bare);

        var paper = await FindAsync();
        Assert.Equal((Bare.Title, Bare.Abstract), (paper.Title, paper.Abstract));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CountsKeepTheirHighestValueInAnyOrder(bool risingFirst)
    {
        ListedPaper[] readings =
        [
            Whole with { Upvotes = 20, Comments = 1, Stars = null },
            Whole with { Upvotes = 3, Comments = 9, Stars = 2 },
        ];
        foreach (var reading in risingFirst ? readings : readings.Reverse())
        {
            await SaveAsync(reading);
        }

        var paper = await FindAsync();
        Assert.Equal((20, 9, 2), (paper.Upvotes, paper.Comments, paper.Stars));
    }

    [Fact]
    public async Task APaperStaysOnTheFirstDayThatListedIt()
    {
        await SaveAsync(Bare);
        await SaveAsync(Whole);
        await SaveAsync(Bare);

        Assert.Equal(TestPapers.Day, (await FindAsync()).ListedOn);
    }

    [Fact]
    public async Task SavingTheSameAgainChangesNothing()
    {
        await SaveAsync(Whole);
        var before = await EverythingAsync();

        await SaveAsync(Whole);

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task AReadingIsSavedWholeOrNotAtAll()
    {
        var broken = TestPapers.Listed("2611.00002") with { Title = null! };

        await Assert.ThrowsAnyAsync<Exception>(() => Papers.SaveAsync("HuggingFace", [Whole, broken], Stop));

        Assert.True(await Papers.IsEmptyAsync(Stop));
    }

    [Fact]
    public async Task ADaysPapersAreThoseListedOnIt()
    {
        await SaveAsync(TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002", day: TestPapers.Day.AddDays(1)));

        Assert.Equal(["2611.00001"], (await Papers.OfDayAsync(TestPapers.Day, Stop)).Select(paper => paper.ArxivId));
    }

    [Fact]
    public async Task TheNewestDayIsNotAfterTheGivenOne()
    {
        Assert.Null(await Papers.NewestDayAsync(TestPapers.Day, Stop));
        foreach (var days in new[] { -3, -1, 2 })
        {
            await SaveAsync(TestPapers.Listed($"2611.0000{days + 3}", day: TestPapers.Day.AddDays(days)));
        }

        Assert.Equal(TestPapers.Day.AddDays(-1), await Papers.NewestDayAsync(TestPapers.Day, Stop));
    }

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) => Papers.SaveAsync("HuggingFace", papers, Stop);

    private async Task<Paper> FindAsync() => (await Papers.FindByArxivIdAsync("2611.00001", Stop))!;
}

public sealed class PaperStoreOnSqlite() : PaperStoreTests(new SqliteFixture());

public sealed class PaperStoreOnPostgreSql() : PaperStoreTests(new PostgreSqlFixture());
