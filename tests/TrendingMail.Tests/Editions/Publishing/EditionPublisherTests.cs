using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Editions;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions.Publishing;

public abstract class EditionPublisherTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    /// <summary>At 08:00 on Monday, the newest due day is Sunday.</summary>
    private static readonly DateOnly Sunday = Today.AddDays(-1);

    private static readonly DateOnly Friday = Today.AddDays(-3);

    [Fact]
    public async Task TheFirstStartSkipsBackOverEmptyDays()
    {
        var source = FakeSource.Listing(Friday, Friday.AddDays(-1));

        var published = await RefreshAsync(source);

        Assert.Equal([Friday], published);
        Assert.Equal([Sunday, Sunday.AddDays(-1), Friday], source.RequestedDays);
    }

    [Fact]
    public async Task TheFirstStartFetchesNoOlderDaysIfNoSourceResponds()
    {
        var source = FakeSource.Unreachable();

        await RefreshAsync(source);

        Assert.Equal([Sunday], source.RequestedDays);
    }

    [Fact]
    public async Task TheSampleIsUsedIfTheDatabaseIsEmptyAndNoSourceResponds()
    {
        Assert.Equal([Sunday], await RefreshAsync(FakeSource.Unreachable("A"), FakeSource.Unreachable("B")));

        Assert.True((await Editions.FindNewestAsync(Stop))!.Sample);
    }

    [Fact]
    public async Task TheSampleIsNotUsedIfASourceReturnedAnEmptyList()
    {
        Assert.Empty(await RefreshAsync(FakeSource.Unreachable("A"), FakeSource.Listing()));

        Assert.True(await Papers.IsEmptyAsync(Stop));
        Assert.Null(await Editions.FindNewestAsync(Stop));
    }

    [Fact]
    public async Task ImportedPapersArePreferredToTheSample()
    {
        var old = Today.AddDays(-40);
        await Papers.SaveAsync("File", [TestPapers.Listed("2610.00001", day: old)], Stop);

        Assert.Equal([old], await RefreshAsync(FakeSource.Unreachable()));

        Assert.False((await Editions.FindNewestAsync(Stop))!.Sample);
    }

    [Fact]
    public async Task TheSampleIsNeverUsedAfterTheFirstEdition()
    {
        await RefreshAsync(FakeSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(3));

        Assert.Empty(await RefreshAsync(FakeSource.Unreachable()));

        Assert.Equal(1, await CountAsync("papers"));
    }

    [Fact]
    public async Task AnEditionWaitsForItsPublicationTime()
    {
        await RefreshAsync(FakeSource.Listing(Sunday));
        var source = FakeSource.Listing(Sunday, Today);

        Assert.Empty(await RefreshAsync(source));
        Assert.Equal([Today], source.RequestedDays);

        Clock.Advance(TimeSpan.FromHours(13.5));
        Assert.Equal([Today], await RefreshAsync(source));
    }

    [Fact]
    public async Task MissedDaysArePublishedInOrder()
    {
        await RefreshAsync(FakeSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(3));
        var due = Sunday.AddDays(3);

        Assert.Equal([Today, Today.AddDays(1), due], await RefreshAsync(
            FakeSource.Listing(Today, Today.AddDays(1), due, due.AddDays(1))));
    }

    [Fact]
    public async Task CatchingUpIsLimitedToAFewDays()
    {
        await RefreshAsync(FakeSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(30));
        var source = FakeSource.Listing();

        await RefreshAsync(source);

        Assert.Equal(Sunday.AddDays(25), source.RequestedDays[0]);
        Assert.Equal(7, source.RequestedDays.Count);
    }

    [Fact]
    public async Task RefreshingTwiceChangesNoEdition()
    {
        var source = FakeSource.Listing(Sunday);
        await RefreshAsync(source);
        var before = await Editions.ListAsync(10, Stop);

        Assert.Empty(await RefreshAsync(source));

        Assert.Equal(before, await Editions.ListAsync(10, Stop));
    }

    [Fact]
    public async Task DaysMissedInAnOutageArePublishedAfterwards()
    {
        await RefreshAsync(FakeSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await RefreshAsync(FakeSource.Unreachable()));
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal([Today], await RefreshAsync(FakeSource.Listing(Today)));
    }

    [Fact]
    public async Task AnEditionWaitsForAFailedSourceAndIsThenPublishedWithAWarning()
    {
        await RefreshAsync(FakeSource.Listing(Sunday));
        Clock.Advance(TimeSpan.FromHours(13.5));

        Assert.Empty(await RefreshAsync(FakeSource.Listing(Today), FakeSource.Unreachable("B")));
        Clock.Advance(PublishPolicy.GracePeriod);
        var warning = Assert.Single(await WarningsAsync(FakeSource.Listing(Today), FakeSource.Unreachable("B")));

        Assert.Equal("partial-2026-11-23", warning.Key);
        Assert.Equal(Today, (await Editions.FindNewestAsync(Stop))!.Day);
    }

    /// <summary>Refreshes, and returns the days it published.</summary>
    private async Task<IEnumerable<DateOnly>> RefreshAsync(params IPaperSource[] sources)
    {
        var before = (await DaysAsync()).ToHashSet();
        await WarningsAsync(sources);
        return [.. (await DaysAsync()).Where(day => !before.Contains(day))];
    }

    private async Task<IEnumerable<DateOnly>> DaysAsync() =>
        (await Editions.ListAsync(int.MaxValue, Stop)).Select(edition => edition.Day).Reverse();

    private async Task<IReadOnlyList<EditionWarning>> WarningsAsync(params IPaperSource[] sources)
    {
        var collector = new PaperCollector(sources, Papers, Clock, NullLogger<PaperCollector>.Instance);
        using var publisher = new EditionPublisher(
            collector, Papers, Editions, EligibilityPolicy.For([]), new DigestOptions(), Clock,
            NullLogger<EditionPublisher>.Instance);
        return await publisher.RefreshAsync(Stop);
    }
}

public sealed class EditionPublisherOnSqlite() : EditionPublisherTests(new SqliteFixture());

public sealed class EditionPublisherOnPostgreSql() : EditionPublisherTests(new PostgreSqlFixture());
