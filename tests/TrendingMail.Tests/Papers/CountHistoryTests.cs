using TrendingMail.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers;

public abstract class CountHistoryTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task GrowthIsMeasuredFromTheFirstFetchOfTheDay()
    {
        await SaveCountsAsync("2611.00001", 5, Morning.AddHours(-7));
        await SaveCountsAsync("2611.00001", 25, Morning.AddHours(-1));

        var ranked = Assert.Single(await Papers.RankAsync(Today, Stop));

        Assert.Equal(20, ranked.Trend.Gains.Upvotes);
    }

    [Fact]
    public async Task GrowthOfAnOlderPaperIsMeasuredFromTheStartOfTheWindow()
    {
        await SaveCountsAsync("2611.00001", 5, Morning.AddHours(-40));
        await SaveCountsAsync("2611.00001", 30, Morning.AddHours(-25));
        await SaveCountsAsync("2611.00001", 42, Morning.AddHours(-2));

        Assert.Equal(12, Assert.Single(await Papers.RankAsync(Today, Stop)).Trend.Gains.Upvotes);
    }

    [Fact]
    public async Task APaperFetchedOnceHasNoGrowth()
    {
        await SaveCountsAsync("2611.00001", 500, Morning.AddHours(-1));

        Assert.Equal(0, Assert.Single(await Papers.RankAsync(Today, Stop)).Trend.Growth);
    }

    [Fact]
    public async Task APaperWithRecentGrowthRanksAboveOneWithOlderVotes()
    {
        await SaveCountsAsync("2611.00001", 30, Morning.AddHours(-30));
        await SaveCountsAsync("2611.00002", 2, Morning.AddHours(-30));
        await SaveCountsAsync("2611.00001", 31, Morning.AddHours(-1));
        await SaveCountsAsync("2611.00002", 28, Morning.AddHours(-1));

        Assert.Equal(["2611.00002", "2611.00001"],
            (await Papers.RankAsync(Today, Stop)).Select(ranked => ranked.Paper.ArxivId));
    }

    /// <summary>The rows of the history depend on the order, but the baseline does not.</summary>
    [Fact]
    public async Task ScoresDoNotDependOnTheOrderOfFetches()
    {
        (int Upvotes, double Hours)[] fetches =
            [(3, -30), (3, -28), (9, -26), (8, -25), (9, -20), (20, -10), (20, -3), (19, -1)];
        var expected = new List<Trend>();
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
        {
            var id = $"2611.{round:00000}";
            foreach (var (upvotes, hours) in round == 0 ? fetches : fetches.OrderBy(_ => random.Next()).ToArray())
            {
                await SaveCountsAsync(id, upvotes, Morning.AddHours(hours));
            }
        }

        var trends = (await Papers.RankAsync(Today, Stop)).Select(ranked => ranked.Trend).Distinct();

        Assert.Equal(11, Assert.Single(trends).Gains.Upvotes);
    }

    private Task<SaveResult> SaveCountsAsync(string id, int upvotes, DateTimeOffset at) =>
        Papers.SaveAsync("HuggingFace",
        [TestPapers.Listed(id, upvotes) with { HasCounts = true, AsOf = at }], Stop);
}

public sealed class CountHistoryOnSqlite() : CountHistoryTests(new SqliteFixture());

public sealed class CountHistoryOnPostgreSql() : CountHistoryTests(new PostgreSqlFixture());
