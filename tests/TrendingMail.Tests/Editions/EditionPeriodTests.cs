using TrendingMail.Editions;

namespace TrendingMail.Tests.Editions;

public sealed class EditionPeriodTests
{
    [Theory]
    [InlineData("2026-11-23", "2026-W48", "2026-11-23", "2026-11-29")]
    [InlineData("2027-01-03", "2026-W53", "2026-12-28", "2027-01-03")]
    [InlineData("2024-12-30", "2025-W01", "2024-12-30", "2025-01-05")]
    public void WeeksFollowIso8601AcrossTheNewYear(string day, string name, string from, string to)
    {
        var week = EditionPeriod.WeekContaining(Day(day));

        Assert.Equal((name, Day(from), Day(to)), (week.Name, week.From, week.To));
        Assert.Equal(week, EditionPeriod.ParseWeek(name));
    }

    [Theory]
    [InlineData("2026-11-30", "2026-11-30", "2026-11-24")]
    [InlineData("2026-11-29", "2026-W48", "2026-11-23")]
    [InlineData("2027-01-02", "2027-01-02", "2026-12-27")]
    public void TheWeekOfADigestEndsOnItsDay(string day, string name, string from)
    {
        var week = EditionPeriod.WeekEnding(Day(day));

        Assert.Equal((name, Day(from), Day(day)), (week.Name, week.From, week.To));
        Assert.Equal(week, EditionPeriod.ParseWeek(name));
    }

    [Fact]
    public void AMonthHasAllItsDays()
    {
        var february = EditionPeriod.ParseMonth("2028-02")!;

        Assert.Equal((Day("2028-02-01"), Day("2028-02-29")), (february.From, february.To));
    }

    [Theory]
    [InlineData("2026-W54")]
    [InlineData("2025-W53")]
    [InlineData("2026-W00")]
    [InlineData("2026-W4")]
    [InlineData("2026-W47\n")]
    [InlineData("0000-W01")]
    [InlineData("")]
    public void InvalidWeeksAreRejected(string name) => Assert.Null(EditionPeriod.ParseWeek(name));

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("9999-12")]
    [InlineData("november")]
    public void InvalidMonthsAreRejected(string name) => Assert.Null(EditionPeriod.ParseMonth(name));

    [Fact]
    public void PapersOfSeveralEditionsAreRankedByScore()
    {
        var merged = EditionPeriod.Merge([Edition(1, (11, 3.0), (12, 1.0)), Edition(2, (21, 2.0), (22, 1.0))]);

        Assert.Equal([(1, 11L), (2, 21L), (3, 12L), (4, 22L)], merged.Select(paper => (paper.Rank, paper.PaperId)));
    }

    [Fact]
    public void TheOrderOfTiedPapersDoesNotDependOnEditionNumbers()
    {
        var one = EditionPeriod.Merge([Edition(1, (11, 1.0)), Edition(2, (22, 1.0))]);
        var other = EditionPeriod.Merge([Edition(2, (1, 1.0)), Edition(1, (2, 1.0))]);

        Assert.Equal(one.Select(paper => paper.Paper.ArxivId), other.Select(paper => paper.Paper.ArxivId));
    }

    private static Edition Edition(int number, params (long Id, double Score)[] papers) => new()
    {
        Number = number,
        Day = new DateOnly(2026, 11, number),
        PublishedAt = DateTimeOffset.UnixEpoch,
        Sample = false,
        Papers = [.. papers.Select((paper, index) => new EditionPaper(index + 1, paper.Id, paper.Score, new FrozenPaper
        {
            ArxivId = $"2611.{number:00000}", Title = "A title", Abstract = "An abstract.", Summary = "A summary.",
            SummaryByAi = false, Authors = [],
            Keywords = [], Upvotes = 0, Comments = 0,
        }))],
    };

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", null);
}
