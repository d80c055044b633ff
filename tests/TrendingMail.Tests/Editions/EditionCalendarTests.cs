using System.Globalization;
using TrendingMail.Editions;

namespace TrendingMail.Tests.Editions;

public sealed class EditionCalendarTests
{
    [Theory]
    [InlineData("2026-11-23T21:29:59Z", "21:30", "UTC", "2026-11-22")]
    [InlineData("2026-11-23T21:30:00Z", "21:30", "UTC", "2026-11-23")]
    [InlineData("2026-11-23T00:00:00Z", "00:00", "UTC", "2026-11-23")]
    [InlineData("2026-11-23T20:29:00Z", "21:30", "Europe/Berlin", "2026-11-22")]
    [InlineData("2026-11-23T20:30:00Z", "21:30", "Europe/Berlin", "2026-11-23")]
    [InlineData("2026-07-01T19:30:00Z", "21:30", "Europe/Berlin", "2026-07-01")]
    [InlineData("2026-11-23T10:00:00Z", "00:00", "Pacific/Kiritimati", "2026-11-24")]
    [InlineData("2026-11-23T09:59:00Z", "00:00", "Pacific/Kiritimati", "2026-11-23")]
    [InlineData("2026-11-23T04:59:00Z", "21:30", "America/New_York", "2026-11-22")]
    [InlineData("2026-11-23T01:00:00Z", "21:30", "America/New_York", "2026-11-21")]
    [InlineData("2026-11-23T15:44:00Z", "21:30", "Asia/Kathmandu", "2026-11-22")]
    [InlineData("2026-11-23T15:45:00Z", "21:30", "Asia/Kathmandu", "2026-11-23")]
    public void ADayIsDueFromItsPublicationTimeInTheGivenZone(string now, string publishAt, string zone, string day) =>
        Assert.Equal(
            DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            EditionCalendar.DueDay(
                DateTimeOffset.Parse(now, CultureInfo.InvariantCulture),
                TimeOnly.Parse(publishAt, CultureInfo.InvariantCulture),
                TimeZoneInfo.FindSystemTimeZoneById(zone)));
}
