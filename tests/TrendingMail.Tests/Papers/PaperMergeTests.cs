using TrendingMail.Papers;
using TrendingMail.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers;

public abstract class PaperMergeTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly ListedPaper ByArxiv =
        TestPapers.Listed("2611.00001") with { Title = "Tides", Upvotes = 4, HasCounts = true };

    private static readonly ListedPaper ByDoi = ByArxiv with
    {
        ArxivId = null,
        Doi = "10.1000/tides",
        Title = "The Tides",
        Upvotes = 9,
        Organization = "Harbour Lane",
    };

    /// <summary>Links <see cref="ByArxiv"/> and <see cref="ByDoi"/>.</summary>
    private static readonly ListedPaper ByBoth = ByArxiv with { Doi = "10.1000/tides", Upvotes = 5 };

    private static readonly ListedPaper ByTitle =
        ByArxiv with { ArxivId = null, Title = "TIDES!", Upvotes = 1, Keywords = ["sea"] };

    [Fact]
    public async Task RowsOfTheSamePaperAreMerged()
    {
        await SaveAsync(ByArxiv, ByDoi);
        Assert.Equal(2, await CountAsync("papers"));

        var saved = await Papers.SaveFetchAsync("File", new FetchResult([ByBoth], []), Stop);

        Assert.Equal((0, 1), (saved.Added, saved.Merged));
        var paper = Assert.Single(await Papers.ListByDayAsync(Today, Stop));
        Assert.Equal(("arxiv:2611.00001", "10.1000/tides", "Harbour Lane", 9),
            (paper.Identity, paper.Doi, paper.Organization, paper.Upvotes));
        Assert.Equal(3, (await Papers.ListPollsAsync(paper.Id, Stop)).Count);
    }

    [Fact]
    public async Task TheResultDoesNotDependOnTheOrderOfImports()
    {
        ListedPaper[] reports =
        [
            ByArxiv, ByDoi, ByBoth, ByTitle, TestPapers.Listed("2611.00002"),
            ByArxiv with { ArxivId = "math.GT/0309136", Title = "Knots" },
            ByArxiv with { ArxivId = "math/0309136", Title = "Knots", Stars = 1 },
        ];
        var random = new Random(11);
        string? expected = null;
        for (var i = 0; i < 20; i++)
        {
            await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM papers"), Stop);
            var shuffled = reports.OrderBy(_ => random.Next()).ToArray();
            await SaveAsync(shuffled);
            await SaveAsync([.. shuffled.Take(3)]);
            var papers = string.Join('\n', await Database.ReadAsync(session => session.QueryAsync<string>("""
                SELECT identity || title || abstract || authors || keywords || COALESCE(doi,
                    '') || COALESCE(organization, '')
                    || upvotes || COALESCE(CAST(stars AS TEXT), '') || field_versions || sources
                FROM papers ORDER BY identity
                """), Stop));
            expected ??= papers;
            Assert.Equal(expected, papers);
        }

        Assert.Equal(3, await CountAsync("papers"));
    }

    [Fact]
    public async Task DifferentArxivIdentifiersAreNeverMerged()
    {
        await SaveAsync(ByBoth, ByBoth with { ArxivId = "2611.00009" });

        Assert.Equal(2, await CountAsync("papers"));
    }

    [Fact]
    public async Task DifferentDoisAreNotMergedByTitle()
    {
        await SaveAsync(ByDoi, ByDoi with { Doi = "10.1000/other" });

        Assert.Equal(2, await CountAsync("papers"));
    }

    [Fact]
    public async Task AnArxivDoiCountsAsTheArxivIdentifier()
    {
        await SaveAsync(ByArxiv, ByDoi with { Doi = "10.48550/arxiv.2611.00001" });

        Assert.Equal("2611.00001", Assert.Single(await Papers.ListByDayAsync(Today, Stop)).ArxivId);
    }

    [Fact]
    public async Task APaperIsFoundByBothFormsOfAnOldIdentifier()
    {
        await SaveAsync(ByArxiv with { ArxivId = "math.GT/0309136" });

        Assert.NotNull(await Papers.FindByArxivIdAsync("math/0309136", Stop));
        Assert.NotNull(await Papers.FindByArxivIdAsync("math.GT/0309136", Stop));
    }

    [Fact]
    public async Task ThePublishedRowIsKept()
    {
        await SaveAsync(ByArxiv);
        await PublishAsync(Today, ByDoi with { Upvotes = 1 });
        await SaveAsync(ByBoth);

        var paper = Assert.Single(await Papers.ListByDayAsync(Today, Stop));
        Assert.Equal(("arxiv:2611.00001", 1), (paper.Identity, paper.Edition));
    }

    [Fact]
    public async Task MergingTwoPublishedRowsDoesNotChangeTheirEditions()
    {
        await PublishAsync(Today, ByArxiv);
        await PublishAsync(Today.AddDays(1), ByDoi with { ListedOn = Today.AddDays(1) });
        await SaveAsync(ByBoth);

        Assert.Equal(
            "The Tides", Assert.Single((await Editions.FindAsync(Today.AddDays(1), Stop))!.Papers).Paper.Title);
        Assert.Equal(1, (await Papers.FindByArxivIdAsync("2611.00001", Stop))!.Edition);
        Assert.Empty(await Papers.ListByDayAsync(Today.AddDays(1), Stop));
        Assert.Empty(await Database.CheckAsync(Stop));
    }

    [Fact]
    public async Task ChangesOfCountsAreRecorded()
    {
        foreach (var (hours, votes) in new[] { (0, 3), (6, 3), (12, 8), (18, 8), (24, 11) })
        {
            await SaveAsync(ByArxiv with { Upvotes = votes, AsOf = Morning.AddHours(hours) });
        }

        var paper = (await Papers.FindByArxivIdAsync("2611.00001", Stop))!;
        Assert.Equal([(3, 0), (8, 12), (11, 24)], (await Papers.ListPollsAsync(paper.Id, Stop))
            .Select(poll => (poll.Upvotes, (int)(poll.PolledAt - Morning).TotalHours)));
    }

    [Fact]
    public async Task ASourceWithoutVotesRecordsNoHistory()
    {
        await SaveAsync(ByArxiv with { HasCounts = false });

        Assert.Equal(0, await CountAsync("paper_polls"));
    }

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) => Papers.SaveAsync("File", papers, Stop);
}

public sealed class PaperMergeOnSqlite() : PaperMergeTests(new SqliteFixture());

public sealed class PaperMergeOnPostgreSql() : PaperMergeTests(new PostgreSqlFixture());
