using TrendingMail.Papers.Search.Parsing;

namespace TrendingMail.Tests.Papers.Search.Parsing;

public sealed class DateWindowsTests
{
    private static readonly DateOnly Last = new(2026, 11, 23);

    [Theory]
    [InlineData(null)]
    [InlineData("2026-11-20")]
    [InlineData("2026-11-16")]
    [InlineData("2026-10-01")]
    [InlineData("2019-05-06")]
    [InlineData("1991-08-14")]
    public void WindowsCoverEveryDayNewestFirst(string? from)
    {
        var first = from is null ? (DateOnly?)null : DateOnly.Parse(from, null);

        var windows = DateWindows.Split(first, Last).ToArray();

        Assert.Equal(Last, windows[0].Last);
        Assert.Equal(first, windows[^1].First);
        Assert.All(windows.Zip(windows.Skip(1)),
            pair => Assert.Equal(pair.First.First!.Value.AddDays(-1), pair.Second.Last));
        Assert.All(windows, window => Assert.True(window.First is null || window.First <= window.Last));
    }

    [Fact]
    public void TheFirstDayOfTheCalendarHasAWindow() =>
        Assert.Equal([(null, DateOnly.MinValue)], DateWindows.Split(null, DateOnly.MinValue));

    [Theory]
    [InlineData("2026-11-23", "2026-11-23", "20261123")]
    [InlineData("2026-10-31", "2026-12-02", "20261031 202611 20261201 20261202")]
    [InlineData("2024-12-01", "2026-01-31", "202412 2025 202601")]
    [InlineData("2023-01-01", "2025-12-31", "2023 2024 2025")]
    [InlineData("2024-02-01", "2024-02-29", "202402")]
    public void WholeMonthsAndYearsAreOneToken(string first, string last, string words) => Assert.Equal(
        string.Join(" | ", words.Split(' ').Select(word => $"'\uA66E{word}'")),
        DateWindows.ToTsQuery(DateOnly.Parse(first, null), DateOnly.Parse(last, null)));
}
