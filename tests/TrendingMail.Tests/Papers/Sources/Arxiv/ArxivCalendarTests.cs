using TrendingMail.Papers.Sources.Arxiv;

namespace TrendingMail.Tests.Papers.Sources.Arxiv;

public sealed class ArxivCalendarTests
{
    [Theory]
    [InlineData("2026-11-18T18:59Z", "2026-11-19")] // Wednesday before 14:00 Eastern: that evening, dated Thursday
    [InlineData("2026-11-18T19:00Z", "2026-11-20")]
    [InlineData("2026-11-19T18:59Z", "2026-11-20")]
    [InlineData("2026-11-19T19:00Z", "2026-11-23")] // Thursday after the deadline: Sunday evening, dated Monday
    [InlineData("2026-11-20T18:59Z", "2026-11-23")]
    [InlineData("2026-11-20T19:00Z", "2026-11-24")] // Friday after the deadline: Monday evening, dated Tuesday
    [InlineData("2026-11-22T12:00Z", "2026-11-24")]
    [InlineData("2026-11-23T18:59Z", "2026-11-24")]
    [InlineData("2026-07-15T17:59Z", "2026-07-16")] // daylight saving time: 14:00 Eastern is 18:00 UTC
    [InlineData("2026-07-15T18:00Z", "2026-07-17")]
    public void ASubmissionIsAnnouncedOnTheScheduledDay(string submitted, string day) => Assert.Equal(
        DateOnly.Parse(day, null), ArxivCalendar.AnnouncementDay(DateTimeOffset.Parse(submitted, null)));

    [Fact]
    public void SubmissionWindowsCoverAYearWithoutGapsOrOverlaps()
    {
        DateTimeOffset? end = null;
        for (var day = new DateOnly(2026, 1, 1); day.Year == 2026; day = day.AddDays(1))
        {
            if (ArxivCalendar.SubmissionWindow(day) is not { } window)
            {
                Assert.True(day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
                continue;
            }

            Assert.Equal(end ?? window.From, window.From);
            Assert.Equal(day, ArxivCalendar.AnnouncementDay(window.From));
            Assert.Equal(day, ArxivCalendar.AnnouncementDay(window.To.AddMinutes(-1)));
            end = window.To;
        }
    }

    [Theory]
    [InlineData("cs.LG", true)]
    [InlineData("hep-th", true)]
    [InlineData("math", true)]
    [InlineData("astro-ph.GA", true)]
    [InlineData("cond-mat.mtrl-sci", true)]
    [InlineData("physics.med-ph", true)]
    [InlineData("q-bio.NC", true)]
    [InlineData("CS.LG", false)]
    [InlineData("cs.LG OR all:x", false)]
    [InlineData("cs.LG+cs.AI", false)]
    [InlineData("cs.", false)]
    [InlineData("68T05", false)]
    [InlineData("cs.LG\n", false)]
    [InlineData("", false)]
    public void CategoriesAreValidated(string text, bool valid) => Assert.Equal(valid, ArxivCategory.IsValid(text));
}
