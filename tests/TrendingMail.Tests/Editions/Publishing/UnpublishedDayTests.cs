using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;

namespace TrendingMail.Tests.Editions.Publishing;

public sealed class UnpublishedDayTests
{
    private static readonly UnpublishedDay Empty = new() { Published = 0, Announced = 0, Replaced = 0 };

    private static readonly FetchReport Fetch = new("Arxiv", new DateOnly(2026, 11, 23), 0, 0, [], null)
    {
        FetchedAt = new DateTimeOffset(2026, 11, 23, 7, 2, 0, TimeSpan.Zero),
    };

    [Fact]
    public void ADayThatWasNotFetchedIsNamedAsSuch() =>
        Assert.Equal("the day has not been fetched", Empty.Describe([]));

    [Fact]
    public void EveryReasonIsNamedWithItsNumber() => Assert.Equal(
        "3 papers are in another edition; 2 papers are announced by arXiv, but not listed by a curated source; " +
        "1 paper is replaced by a new version, listed on another day; the newest fetch from Arxiv " +
        "(2026-11-23 07:02 UTC) brought nothing new",
        new UnpublishedDay { Published = 3, Announced = 2, Replaced = 1 }.Describe([Fetch with { Unchanged = true }]));

    [Fact]
    public void TheOutcomeOfTheNewestFetchIsNamed()
    {
        const string Subject = "the newest fetch from Arxiv (2026-11-23 07:02 UTC)";

        Assert.Equal($"{Subject} failed: HTTP 503", Empty.Describe([Fetch with { Fault = "HTTP 503" }]));
        Assert.Equal($"{Subject} is outdated: Friday's", Empty.Describe([Fetch with { Stale = "Friday's" }]));
        Assert.Equal($"{Subject} brought 0 papers and set aside 2",
            Empty.Describe([Fetch with { Problems = ["a", "b"] }]));
    }
}
