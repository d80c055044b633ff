using System.Globalization;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Tests.Subscribers.Schedules;

public sealed class DueTimeTests
{
    [Theory]
    [InlineData("UTC", "07:00", "2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z")]
    [InlineData("UTC", "07:00", "2026-11-23T07:00:00Z", "2026-11-24T07:00:00Z")]
    [InlineData("UTC", "00:00", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z")]
    [InlineData("Pacific/Kiritimati", "07:00", "2026-11-23T12:00:00Z", "2026-11-23T17:00:00Z")]
    [InlineData("Pacific/Pago_Pago", "23:59", "2026-11-23T12:00:00Z", "2026-11-24T10:59:00Z")]
    [InlineData("Asia/Kathmandu", "07:00", "2026-11-23T02:00:00Z", "2026-11-24T01:15:00Z")]
    [InlineData("Asia/Kathmandu", "07:00", "2026-11-23T01:14:00Z", "2026-11-23T01:15:00Z")]
    [InlineData("Australia/Lord_Howe", "07:00", "2026-11-23T00:00:00Z", "2026-11-23T20:00:00Z")]
    [InlineData("No/Such_Zone", "07:00", "2026-11-23T00:00:00Z", "2026-11-23T07:00:00Z")]
    public void TheNextDigestIsDueAtTheSubscribersLocalTime(string zone, string time, string after, string due) =>
        Assert.Equal(Instant(due), Next(new Preferences { TimeZone = zone, SendAt = Time(time) }, after));

    [Theory]
    // Clocks skip 02:00 to 03:00 on 29 March 2026 in Berlin, and on 8 March in New York.
    [InlineData("Europe/Berlin", "02:30", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Berlin", "01:59", "2026-03-28T12:00:00Z", "2026-03-29T00:59:00Z")]
    [InlineData("Europe/Berlin", "03:00", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("America/New_York", "02:30", "2026-03-07T20:00:00Z", "2026-03-08T07:00:00Z")]
    // The next day, the local time exists again.
    [InlineData("Europe/Berlin", "02:30", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("Europe/Berlin", "07:00", "2026-03-28T12:00:00Z", "2026-03-29T05:00:00Z")]
    public void ASkippedLocalTimeIsDueAtTheEndOfTheGap(string zone, string time, string after, string due) =>
        Assert.Equal(Instant(due), Next(new Preferences { TimeZone = zone, SendAt = Time(time) }, after));

    [Theory]
    // 02:00 to 03:00 occurs twice on 25 October 2026 in Berlin, 01:00 to 02:00 on 1 November in New York.
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("America/New_York", "01:30", "2026-10-31T20:00:00Z", "2026-11-01T05:30:00Z")]
    [InlineData("America/New_York", "01:30", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")]
    public void AnAmbiguousLocalTimeIsDueOnce(string zone, string time, string after, string due) =>
        Assert.Equal(Instant(due), Next(new Preferences { TimeZone = zone, SendAt = Time(time) }, after));

    [Theory]
    [InlineData("2026-11-20T07:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData("2026-11-21T12:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData("2026-11-23T07:00:00Z", "2026-11-24T07:00:00Z")]
    public void WeekdaysSkipTheWeekend(string after, string due) =>
        Assert.Equal(Instant(due), Next(new Preferences { Frequency = Frequency.Weekdays }, after));

    [Fact]
    public void TheWeekendIsInTheSubscribersTimeZone()
    {
        // On Kiritimati it is already Monday while it is still Sunday in London.
        var preferences = new Preferences { Frequency = Frequency.Weekdays, TimeZone = "Pacific/Kiritimati" };

        Assert.Equal(Instant("2026-11-22T17:00:00Z"), Next(preferences, "2026-11-20T18:00:00Z"));
    }

    [Theory]
    [InlineData(DayOfWeek.Monday, "2026-11-23T06:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData(DayOfWeek.Monday, "2026-11-23T07:00:00Z", "2026-11-30T07:00:00Z")]
    [InlineData(DayOfWeek.Sunday, "2026-11-23T07:00:00Z", "2026-11-29T07:00:00Z")]
    public void AWeeklyDigestIsDueOnItsWeekday(DayOfWeek weekday, string after, string due) =>
        Assert.Equal(Instant(due), Next(new Preferences { Frequency = Frequency.Weekly, Weekday = weekday }, after));

    [Theory]
    [InlineData("2026-12-05", "2026-12-05T07:00:00Z")]
    [InlineData("2026-11-24", "2026-11-24T07:00:00Z")]
    [InlineData("2026-11-01", "2026-11-24T07:00:00Z")]
    public void DigestsResumeOnTheDayThePauseEnds(string pausedUntil, string due) => Assert.Equal(Instant(due),
        DueTime.Next(
            new Preferences().Schedule, DateOnly.ParseExact(pausedUntil, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            Instant("2026-11-23T12:00:00Z")));

    [Fact]
    public void APauseThatEndsOnAWeekendLastsUntilTheNextDigestDay() => Assert.Equal(Instant("2026-12-07T07:00:00Z"),
        DueTime.Next(new Preferences { Frequency = Frequency.Weekdays }.Schedule, new DateOnly(2026, 12, 5),
            Instant("2026-11-23T12:00:00Z")));

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Pacific/Chatham")]
    public void EveryLocalDayOfAYearHasOneDigestAtAnySendTime(string zone)
    {
        foreach (var time in new[] { "00:00", "00:30", "01:59", "02:00", "02:30", "03:00", "23:45" })
        {
            var preferences = new Preferences { TimeZone = zone, SendAt = Time(time) };
            var now = Instant("2026-01-01T00:00:00Z");
            var days = new List<DateOnly>();
            while (now < Instant("2027-01-01T00:00:00Z"))
            {
                now = DueTime.Next(preferences.Schedule, null, now);
                days.Add(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, preferences.Schedule.Zone).DateTime));
            }

            Assert.Equal(Enumerable.Range(0, days.Count).Select(days[0].AddDays), days);
        }
    }

    private static DateTimeOffset Next(Preferences preferences, string after) =>
        DueTime.Next(preferences.Schedule, null, Instant(after));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
