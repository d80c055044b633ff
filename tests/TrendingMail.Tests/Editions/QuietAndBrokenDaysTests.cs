using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Editions;
using TrendingMail.Papers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions;

/// <summary>A week after some usual ones: what the desk does and says of each kind of day, and what it leaves on record.</summary>
public abstract class QuietAndBrokenDaysTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const int UsualPapers = 9;

    private static readonly DateOnly Saturday = Today.AddDays(5);

    private readonly Dictionary<DateOnly, Func<SourceReading>> answers = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();

        // Six usual days, up to the Friday before.
        for (var i = 0; i < 6; i++)
        {
            var day = Today.AddDays(-3 - i);
            await Papers.SaveAsync("Scripted", [.. Listed(day, UsualPapers)], Stop);
            await Editions.PublishAsync(day, Stop);
        }
    }

    [Fact]
    public async Task AWeekendIsQuiet()
    {
        Assert.Empty(await DueAsync(Saturday));

        Assert.Equal((0, null, null), await RecordAsync(Saturday));
        Assert.Null(await Editions.FindAsync(Saturday, Stop));
    }

    [Fact]
    public async Task AHolidayIsToldAsADayOnWhichEverySourceAnsweredAndNoneListed()
    {
        Assert.Equal(["quiet-2026-11-23"], await DueAsync(Today));

        Assert.Equal((0, null, null), await RecordAsync(Today));
    }

    [Fact]
    public async Task AThinDayIsPublishedAndTold()
    {
        answers[Today] = () => new SourceReading([.. Listed(Today, 2)], []);

        Assert.Equal(["thin-2026-11-23"], await DueAsync(Today));
        Assert.Equal(2, (await Editions.FindAsync(Today, Stop))!.Papers.Count);
    }

    [Fact]
    public async Task ABrokenSourceIsWaitedForAndThenTold()
    {
        answers[Today] = () => throw new TrendingMailException("HTTP 503");

        Assert.Empty(await DueAsync(Today));
        Clock.Advance(EditionWatch.Patience);
        Assert.Equal(["missing-2026-11-23"], await LookAsync());

        Assert.Equal((0, null, "HTTP 503"), await RecordAsync(Today));
        Assert.Null(await Editions.FindAsync(Today, Stop));
    }

    [Fact]
    public async Task AStaleSourceIsWaitedForAndThenTold()
    {
        answers[Today] = () => new SourceReading([.. Listed(Today.AddDays(-3), UsualPapers)], []) { Stale = "an old batch" };

        Assert.Empty(await DueAsync(Today));
        Clock.Advance(EditionWatch.Patience);
        Assert.Equal(["missing-2026-11-23"], await LookAsync());

        Assert.Equal((UsualPapers, "an old batch", null), await RecordAsync(Today));
    }

    [Fact]
    public async Task AStaleSourceThatRecoversIsNotSpokenOf()
    {
        answers[Today] = () => new SourceReading([], []) { Stale = "an old batch" };
        Assert.Empty(await DueAsync(Today));
        answers[Today] = () => new SourceReading([.. Listed(Today, UsualPapers)], []);
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await LookAsync());
        Assert.Equal(UsualPapers, (await Editions.FindAsync(Today, Stop))!.Papers.Count);
    }

    [Fact]
    public async Task AStaleSourceOnAWeekendIsQuiet()
    {
        answers[Saturday] = () => new SourceReading([], []) { Stale = "an old batch" };

        Assert.Empty(await DueAsync(Saturday));
        Clock.Advance(EditionWatch.Patience);
        Assert.Empty(await LookAsync());
    }

    [Fact]
    public async Task WhoPublishesByHandIsToldWhatTheNewestLookSaid()
    {
        await Papers.SaveAsync("Scripted", [.. Listed(Today, UsualPapers)], Stop);
        answers[Today] = () => throw new TrendingMailException("HTTP 503");
        await DueAsync(Today);
        using var desk = Desk();

        var (result, warning) = await desk.PublishNowAsync(Today, Stop);
        var (_, again) = await desk.PublishNowAsync(Today, Stop);

        Assert.IsType<PublishResult.Published>(result);
        Assert.Equal("partial-2026-11-23", warning!.Key);
        Assert.Null(again);
    }

    /// <summary>What the desk says a minute after a day's edition is due.</summary>
    private Task<IEnumerable<string>> DueAsync(DateOnly day)
    {
        Clock.SetUtcNow(new DateTimeOffset(day, new TimeOnly(21, 31), TimeSpan.Zero));
        return LookAsync();
    }

    private async Task<IEnumerable<string>> LookAsync()
    {
        using var desk = Desk();
        return [.. (await desk.RefreshAsync(Stop)).Select(warning => warning.Key)];
    }

    private EditionDesk Desk()
    {
        var source = new ScriptedSource(day => answers.TryGetValue(day, out var answer) ? answer() : new SourceReading([], []));
        var collector = new PaperCollector([source], Papers, NullLogger<PaperCollector>.Instance);
        return new EditionDesk(collector, Papers, Editions, EditionIntake.Of([source]), new DigestOptions(), Clock,
            NullLogger<EditionDesk>.Instance);
    }

    private async Task<(int Received, string? Stale, string? Fault)> RecordAsync(DateOnly day)
    {
        var fetch = Assert.Single(await Papers.NewestFetchesAsync(day, Stop));
        Assert.Equal(Clock.GetUtcNow(), fetch.FetchedAt);
        return (fetch.Received, fetch.Stale, fetch.Fault);
    }

    private static IEnumerable<ListedPaper> Listed(DateOnly day, int papers) =>
        Enumerable.Range(0, papers).Select(i => TestPapers.Listed($"{day:yyMM}.{day:dd}{i:000}", day: day));
}

public sealed class QuietAndBrokenDaysOnSqlite() : QuietAndBrokenDaysTests(new SqliteFixture());

public sealed class QuietAndBrokenDaysOnPostgreSql() : QuietAndBrokenDaysTests(new PostgreSqlFixture());
