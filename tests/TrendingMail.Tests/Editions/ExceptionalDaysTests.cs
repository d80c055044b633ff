using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Editions;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Editions;

/// <summary>
/// How the publisher handles each kind of day after a history of normal ones: publication, warnings, recorded fetches.
/// </summary>
public abstract class ExceptionalDaysTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const int NormalCount = 9;

    private static readonly DateOnly Saturday = Today.AddDays(5);

    private readonly Dictionary<DateOnly, Func<FetchResult>> responses = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();

        // Six normal days, up to the previous Friday.
        for (var i = 0; i < 6; i++)
        {
            var day = Today.AddDays(-3 - i);
            await Papers.SaveAsync("Scripted", [.. Listed(day, NormalCount)], Stop);
            await Editions.PublishAsync(day, Stop);
        }
    }

    [Fact]
    public async Task AWeekendWithoutPapersIsNotReported()
    {
        Assert.Empty(await RefreshWhenDueAsync(Saturday));

        Assert.Equal((0, null, null), await FindFetchAsync(Saturday));
        Assert.Null(await Editions.FindAsync(Saturday, Stop));
    }

    [Fact]
    public async Task AWorkdayWithoutPapersIsReported()
    {
        Assert.Equal(["quiet-2026-11-23"], await RefreshWhenDueAsync(Today));

        Assert.Equal((0, null, null), await FindFetchAsync(Today));
    }

    [Fact]
    public async Task AThinEditionIsPublishedAndReported()
    {
        responses[Today] = () => new FetchResult([.. Listed(Today, 2)], []);

        Assert.Equal(["thin-2026-11-23"], await RefreshWhenDueAsync(Today));
        Assert.Equal(2, (await Editions.FindAsync(Today, Stop))!.Papers.Count);
    }

    [Fact]
    public async Task AFailedSourceIsReportedAfterTheGracePeriod()
    {
        responses[Today] = () => throw new TrendingMailException("HTTP 503");

        Assert.Empty(await RefreshWhenDueAsync(Today));
        Clock.Advance(PublishPolicy.GracePeriod);
        Assert.Equal(["missing-2026-11-23"], await RefreshAsync());

        Assert.Equal((0, null, "HTTP 503"), await FindFetchAsync(Today));
        Assert.Null(await Editions.FindAsync(Today, Stop));
    }

    [Fact]
    public async Task AStaleSourceIsReportedAfterTheGracePeriod()
    {
        responses[Today] =
            () => new FetchResult([.. Listed(Today.AddDays(-3), NormalCount)], []) { Stale = "an old batch" };

        Assert.Empty(await RefreshWhenDueAsync(Today));
        Clock.Advance(PublishPolicy.GracePeriod);
        Assert.Equal(["missing-2026-11-23"], await RefreshAsync());

        Assert.Equal((NormalCount, "an old batch", null), await FindFetchAsync(Today));
    }

    [Fact]
    public async Task AStaleSourceThatRecoversIsNotReported()
    {
        responses[Today] = () => new FetchResult([], []) { Stale = "an old batch" };
        Assert.Empty(await RefreshWhenDueAsync(Today));
        responses[Today] = () => new FetchResult([.. Listed(Today, NormalCount)], []);
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await RefreshAsync());
        Assert.Equal(NormalCount, (await Editions.FindAsync(Today, Stop))!.Papers.Count);
    }

    [Fact]
    public async Task AStaleSourceOnAWeekendIsNotReported()
    {
        responses[Saturday] = () => new FetchResult([], []) { Stale = "an old batch" };

        Assert.Empty(await RefreshWhenDueAsync(Saturday));
        Clock.Advance(PublishPolicy.GracePeriod);
        Assert.Empty(await RefreshAsync());
    }

    [Fact]
    public async Task PublishingByHandWarnsAboutTheNewestFetches()
    {
        await Papers.SaveAsync("Scripted", [.. Listed(Today, NormalCount)], Stop);
        responses[Today] = () => throw new TrendingMailException("HTTP 503");
        await RefreshWhenDueAsync(Today);
        using var publisher = CreatePublisher();

        var (result, warning) = await publisher.PublishNowAsync(Today, Stop);
        var (_, again) = await publisher.PublishNowAsync(Today, Stop);

        Assert.IsType<PublishResult.Published>(result);
        Assert.Equal("partial-2026-11-23", warning!.Key);
        Assert.Null(again);
    }

    /// <summary>The warnings one minute after a day's edition is due.</summary>
    private Task<IEnumerable<string>> RefreshWhenDueAsync(DateOnly day)
    {
        Clock.SetUtcNow(new DateTimeOffset(day, new TimeOnly(21, 31), TimeSpan.Zero));
        return RefreshAsync();
    }

    private async Task<IEnumerable<string>> RefreshAsync()
    {
        using var publisher = CreatePublisher();
        return [.. (await publisher.RefreshAsync(Stop)).Select(warning => warning.Key)];
    }

    private EditionPublisher CreatePublisher()
    {
        var source = new FakeSource(
            day => responses.TryGetValue(day, out var answer) ? answer() : new FetchResult([], []));
        var collector = new PaperCollector([source], Papers, Clock, NullLogger<PaperCollector>.Instance);
        return new EditionPublisher(
            collector, Papers, Editions, EligibilityPolicy.For([source]), new DigestOptions(), Clock,
            NullLogger<EditionPublisher>.Instance);
    }

    private async Task<(int Received, string? Stale, string? Fault)> FindFetchAsync(DateOnly day)
    {
        var fetch = Assert.Single(await Papers.ListNewestFetchesAsync(day, Stop));
        Assert.Equal(Clock.GetUtcNow(), fetch.FetchedAt);
        return (fetch.Received, fetch.Stale, fetch.Fault);
    }

    private static IEnumerable<ListedPaper> Listed(DateOnly day, int papers) =>
        Enumerable.Range(0, papers).Select(i => TestPapers.Listed($"{day:yyMM}.{day:dd}{i:000}", day: day));
}

public sealed class ExceptionalDaysOnSqlite() : ExceptionalDaysTests(new SqliteFixture());

public sealed class ExceptionalDaysOnPostgreSql() : ExceptionalDaysTests(new PostgreSqlFixture());
