using TrendingMail.Editions;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions.Publishing;

/// <summary>Adding arXiv to a curated source does not change the editions.</summary>
public abstract class EligibilityPolicyTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly DateOnly Friday = Today.AddDays(-3);

    private EditionStore ListedOnlyEditions => new(Database, Clock, new EligibilityPolicy(ListedOnly: true));

    [Fact]
    public async Task AnnouncedPapersWaitUntilTheyAreListed()
    {
        await AnnounceAsync(Friday, "2611.00001", "2611.00002");

        Assert.IsType<PublishResult.NothingToPublish>(await ListedOnlyEditions.PublishAsync(Friday, Stop));
        Assert.Equal(0, await ListedOnlyEditions.CountEligibleAsync(Friday, Stop));
    }

    [Fact]
    public async Task TheListedDayBeatsAnEarlierAnnouncedDayInAnyOrder()
    {
        await AnnounceAsync(Friday, "2611.00001");
        await ListAsync(Today, "2611.00001", "2611.00002");
        await AnnounceAsync(Friday, "2611.00002");

        Assert.Equal(2, (await Papers.ListByDayAsync(Today, Stop)).Count);
        Assert.Empty(await Papers.ListByDayAsync(Friday, Stop));
    }

    [Fact]
    public async Task AnnouncementsDoNotChangeTheEditionOfACuratedList()
    {
        await AnnounceAsync(Friday, "2611.00001", "2611.00007");
        await ListedOnlyEditions.PublishAsync(Friday, Stop);
        await AnnounceAsync(Today, "2611.00002", "2611.00008");
        await ListAsync(Today, "2611.00001", "2611.00002", "2611.00003");

        var edition = Assert.IsType<PublishResult.Published>(
            await ListedOnlyEditions.PublishAsync(Today, Stop)).Edition;

        Assert.Equal(["2611.00001", "2611.00002", "2611.00003"], edition.Papers.Select(paper => paper.Paper.ArxivId));
    }

    [Fact]
    public async Task WithArxivAloneAnnouncedPapersArePublished()
    {
        await AnnounceAsync(Today, "2611.00001", "2611.00002");

        Assert.Equal(
            2, Assert.IsType<PublishResult.Published>(await Editions.PublishAsync(Today, Stop)).Edition.Papers.Count);
    }

    [Fact]
    public async Task AReplacementIsNotEligible()
    {
        var first = new DateOnly(2026, 11, 1);
        await PublishAsync(first, TestPapers.Listed("2610.00001", day: first));
        await Papers.SaveAsync("Arxiv",
            [TestPapers.Listed("2611.00009", day: first) with { Listing = ListingKind.Inferred }], Stop);

        Assert.Equal(0, await Editions.CountEligibleAsync(first.AddDays(2), Stop));
        Assert.Single(await Papers.ListByDayAsync(first, Stop));
    }

    [Fact]
    public void ACuratedSourceMakesAnnouncedPapersIneligible()
    {
        var arxiv = new FakeSource(_ => new FetchResult([], [])) { Name = "Arxiv", Announces = true };
        var list = FakeSource.Listing(Today);

        Assert.Equal((true, true, false),
            (EligibilityPolicy.For([arxiv, list]).ListedOnly, EligibilityPolicy.For([list]).ListedOnly,
            EligibilityPolicy.For([arxiv]).ListedOnly));
    }

    [Fact]
    public void AFailureOfANonContributingSourceIsIrrelevant()
    {
        var listed = new FetchReport("HuggingFace", Today, 20, 20, [], null);
        var failed = new FetchReport("Arxiv", Today, 0, 0, [], "HTTP 503") { Announces = true };

        Assert.Equal([listed], new EligibilityPolicy(ListedOnly: true).Relevant([listed, failed]));
        Assert.Equal([listed, failed], new EligibilityPolicy().Relevant([listed, failed]));
    }

    private Task<SaveResult> AnnounceAsync(DateOnly day, params string[] ids) => Papers.SaveAsync("Arxiv",
        [.. ids.Select(id => TestPapers.Listed(id, 0, day) with { Listing = ListingKind.Announced, Version = 1 })],
        Stop);

    private Task<SaveResult> ListAsync(DateOnly day, params string[] ids) => Papers.SaveAsync("HuggingFace",
        [.. ids.Select(id => TestPapers.Listed(id, day: day) with { HasCounts = true })], Stop);
}

public sealed class EligibilityPolicyOnSqlite() : EligibilityPolicyTests(new SqliteFixture());

public sealed class EligibilityPolicyOnPostgreSql() : EligibilityPolicyTests(new PostgreSqlFixture());
