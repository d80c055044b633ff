using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions;

/// <summary>An edition is not worse for having arXiv beside a source that lists.</summary>
public abstract class EditionIntakeTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly DateOnly Friday = Today.AddDays(-3);

    private EditionStore WithList => new(Database, Clock, new EditionIntake(ListedOnly: true));

    [Fact]
    public async Task WhatArxivAnnouncedWaitsForItsListing()
    {
        await AnnounceAsync(Friday, "2611.00001", "2611.00002");

        Assert.IsType<PublishResult.NothingListed>(await WithList.PublishAsync(Friday, Stop));
        Assert.Equal(0, await WithList.CountWaitingAsync(Friday, Stop));
    }

    [Fact]
    public async Task TheListsDayGoesBeforeArxivsEarlierOneInAnyOrder()
    {
        await AnnounceAsync(Friday, "2611.00001");
        await ListAsync(Today, "2611.00001", "2611.00002");
        await AnnounceAsync(Friday, "2611.00002");

        Assert.Equal(2, (await Papers.OfDayAsync(Today, Stop)).Count);
        Assert.Empty(await Papers.OfDayAsync(Friday, Stop));
    }

    [Fact]
    public async Task TwoSourcesMakeTheEditionThatTheListAloneMakes()
    {
        await AnnounceAsync(Friday, "2611.00001", "2611.00007");
        await WithList.PublishAsync(Friday, Stop);
        await AnnounceAsync(Today, "2611.00002", "2611.00008");
        await ListAsync(Today, "2611.00001", "2611.00002", "2611.00003");

        var edition = Assert.IsType<PublishResult.Published>(await WithList.PublishAsync(Today, Stop)).Edition;

        Assert.Equal(["2611.00001", "2611.00002", "2611.00003"], edition.Papers.Select(paper => paper.Paper.ArxivId));
    }

    [Fact]
    public async Task WhereArxivIsTheOnlySourceItsPapersMakeTheEdition()
    {
        await AnnounceAsync(Today, "2611.00001", "2611.00002");

        Assert.Equal(2, Assert.IsType<PublishResult.Published>(await Editions.PublishAsync(Today, Stop)).Edition.Papers.Count);
    }

    [Fact]
    public async Task AReplacementIsNoPaperOfTheMonthsFirstDays()
    {
        var first = new DateOnly(2026, 11, 1);
        await PublishAsync(first, TestPapers.Listed("2610.00001", day: first));
        await Papers.SaveAsync("Arxiv",
            [TestPapers.Listed("2611.00009", day: first) with { Listing = Listing.Inferred }], Stop);

        Assert.Equal(0, await Editions.CountWaitingAsync(first.AddDays(2), Stop));
        Assert.Single(await Papers.OfDayAsync(first, Stop));
    }

    [Fact]
    public void OneSourceThatListsMakesAnnouncementsWait()
    {
        var arxiv = new ScriptedSource(_ => new SourceReading([], [])) { Name = "Arxiv", Announces = true };
        var list = ScriptedSource.Listing(Today);

        Assert.Equal((true, true, false), (EditionIntake.Of([arxiv, list]).ListedOnly, EditionIntake.Of([list]).ListedOnly,
            EditionIntake.Of([arxiv]).ListedOnly));
    }

    [Fact]
    public void ASourceThatMakesNoEditionHoldsNoneUp()
    {
        var listed = new FetchReport("HuggingFace", Today, 20, 20, [], null);
        var failed = new FetchReport("Arxiv", Today, 0, 0, [], "HTTP 503") { Announces = true };

        Assert.Equal([listed], new EditionIntake(ListedOnly: true).Relevant([listed, failed]));
        Assert.Equal([listed, failed], new EditionIntake().Relevant([listed, failed]));
    }

    private Task<SaveResult> AnnounceAsync(DateOnly day, params string[] ids) => Papers.SaveAsync("Arxiv",
        [.. ids.Select(id => TestPapers.Listed(id, 0, day) with { Listing = Listing.Announced, Version = 1 })], Stop);

    private Task<SaveResult> ListAsync(DateOnly day, params string[] ids) => Papers.SaveAsync("HuggingFace",
        [.. ids.Select(id => TestPapers.Listed(id, day: day) with { HasCounts = true })], Stop);
}

public sealed class EditionIntakeOnSqlite() : EditionIntakeTests(new SqliteFixture());

public sealed class EditionIntakeOnPostgreSql() : EditionIntakeTests(new PostgreSqlFixture());
