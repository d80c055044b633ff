using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions;

public abstract class EditionDeskTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    /// <summary>At eight in the morning the newest day that is due is yesterday's, a Sunday.</summary>
    private static readonly DateOnly Sunday = Today.AddDays(-1);

    private static readonly DateOnly Friday = Today.AddDays(-3);

    [Fact]
    public async Task TheFirstStartWalksBackOverEmptyDays()
    {
        var source = ScriptedSource.Listing(Friday, Friday.AddDays(-1));

        var published = await RefreshAsync(source);

        Assert.Equal([Friday], published);
        Assert.Equal([Sunday, Sunday.AddDays(-1), Friday], source.Asked);
    }

    [Fact]
    public async Task TheFirstStartDoesNotAskForOlderDaysWhereNoSourceAnswers()
    {
        var source = ScriptedSource.Unreachable();

        await RefreshAsync(source);

        Assert.Equal([Sunday], source.Asked);
    }

    [Fact]
    public async Task TheSampleStandsInForAnEmptyDatabaseWhereNoSourceAnswers()
    {
        Assert.Equal([Sunday], await RefreshAsync(ScriptedSource.Unreachable("A"), ScriptedSource.Unreachable("B")));

        Assert.True((await Editions.NewestAsync(Stop))!.Sample);
    }

    [Fact]
    public async Task TheSampleDoesNotStandInWhereASourceAnsweredWithNothing()
    {
        Assert.Empty(await RefreshAsync(ScriptedSource.Unreachable("A"), ScriptedSource.Listing()));

        Assert.True(await Papers.IsEmptyAsync(Stop));
        Assert.Null(await Editions.NewestAsync(Stop));
    }

    [Fact]
    public async Task ImportedPapersComeBeforeTheSample()
    {
        var old = Today.AddDays(-40);
        await Papers.SaveAsync("File", [TestPapers.Listed("2610.00001", day: old)], Stop);

        Assert.Equal([old], await RefreshAsync(ScriptedSource.Unreachable()));

        Assert.False((await Editions.NewestAsync(Stop))!.Sample);
    }

    [Fact]
    public async Task TheSampleNeverStandsInAfterwards()
    {
        await RefreshAsync(ScriptedSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(3));

        Assert.Empty(await RefreshAsync(ScriptedSource.Unreachable()));

        Assert.Equal(1, await CountAsync("papers"));
    }

    [Fact]
    public async Task ADayWaitsForItsHour()
    {
        await RefreshAsync(ScriptedSource.Listing(Sunday));
        var source = ScriptedSource.Listing(Sunday, Today);

        Assert.Empty(await RefreshAsync(source));
        Assert.Equal([Today], source.Asked);

        Clock.Advance(TimeSpan.FromHours(13.5));
        Assert.Equal([Today], await RefreshAsync(source));
    }

    [Fact]
    public async Task MissedDaysAreMadeUpForInOrder()
    {
        await RefreshAsync(ScriptedSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(3));
        var due = Sunday.AddDays(3);

        Assert.Equal([Today, Today.AddDays(1), due], await RefreshAsync(
            ScriptedSource.Listing(Today, Today.AddDays(1), due, due.AddDays(1))));
    }

    [Fact]
    public async Task AGapOfWeeksIsNotAskedForDayByDay()
    {
        await RefreshAsync(ScriptedSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(30));
        var source = ScriptedSource.Listing();

        await RefreshAsync(source);

        Assert.Equal(Sunday.AddDays(25), source.Asked[0]);
        Assert.Equal(7, source.Asked.Count);
    }

    [Fact]
    public async Task RefreshingTwiceChangesNothingButTheRecordOfTheLook()
    {
        var source = ScriptedSource.Listing(Sunday);
        await RefreshAsync(source);
        var before = await Editions.ListAsync(10, Stop);

        Assert.Empty(await RefreshAsync(source));

        Assert.Equal(before, await Editions.ListAsync(10, Stop));
    }

    [Fact]
    public async Task ASourceThatIsBackAfterAnOutageFillsTheDaysItMissed()
    {
        await RefreshAsync(ScriptedSource.Listing(Friday));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await RefreshAsync(ScriptedSource.Unreachable()));
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal([Today], await RefreshAsync(ScriptedSource.Listing(Today)));
    }

    [Fact]
    public async Task AnEditionWaitsForAFailedSourceAndThenTheOperatorIsTold()
    {
        await RefreshAsync(ScriptedSource.Listing(Sunday));
        Clock.Advance(TimeSpan.FromHours(13.5));

        Assert.Empty(await RefreshAsync(ScriptedSource.Listing(Today), ScriptedSource.Unreachable("B")));
        Clock.Advance(EditionWatch.Patience);
        var warning = Assert.Single(await WarningsAsync(ScriptedSource.Listing(Today), ScriptedSource.Unreachable("B")));

        Assert.Equal("partial-2026-11-23", warning.Key);
        Assert.Equal(Today, (await Editions.NewestAsync(Stop))!.Day);
    }

    /// <summary>The days that were published by it.</summary>
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
        var collector = new PaperCollector(sources, Papers, NullLogger<PaperCollector>.Instance);
        using var desk = new EditionDesk(
            collector, Papers, Editions, EditionIntake.Of([]), new DigestOptions(), Clock, NullLogger<EditionDesk>.Instance);
        return await desk.RefreshAsync(Stop);
    }
}

public sealed class EditionDeskOnSqlite() : EditionDeskTests(new SqliteFixture());

public sealed class EditionDeskOnPostgreSql() : EditionDeskTests(new PostgreSqlFixture());
