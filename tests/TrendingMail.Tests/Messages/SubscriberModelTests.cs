using System.Globalization;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Delivery;

namespace TrendingMail.Tests.Messages;

public sealed class SubscriberModelTests
{
    private static readonly Preferences Berlin = new() { TimeZone = "Europe/Berlin", SendAt = new TimeOnly(7, 5) };

    [Theory]
    [InlineData(Frequency.Daily, "en", "daily at 07:05 (Europe/Berlin)")]
    [InlineData(Frequency.Weekdays, "en", "Monday to Friday at 07:05 (Europe/Berlin)")]
    [InlineData(Frequency.Weekly, "en", "every Monday at 07:05 (Europe/Berlin)")]
    [InlineData(Frequency.Weekly, "de", "jeden Montag um 07:05 Uhr (Europe/Berlin)")]
    public void ScheduleIsFormattedInWords(Frequency frequency, string language, string words) => Assert.Equal(
        words, SubscriberModel.FormatSchedule(
            Berlin with { Frequency = frequency }, MailTestServices.Language(language)));

    [Theory]
    // Half past midnight in Berlin: still the previous day in UTC.
    [InlineData("2026-11-23T06:05:00Z", "2026-11-22T23:30:00Z", "today, Monday, 23 November, at 07:05 (Europe/Berlin)")]
    [InlineData("2026-11-24T06:05:00Z", "2026-11-22T23:30:00Z",
        "tomorrow, Tuesday, 24 November, at 07:05 (Europe/Berlin)")]
    [InlineData("2026-12-01T06:05:00Z", "2026-11-22T23:30:00Z", "on Tuesday, 1 December, at 07:05 (Europe/Berlin)")]
    public void SendTimeIsFormattedInTheSubscribersTimeZone(string due, string now, string words) => Assert.Equal(words,
        SubscriberModel.FormatSendTime(
            DateTimeOffset.Parse(due, CultureInfo.InvariantCulture),
            DateTimeOffset.Parse(now, CultureInfo.InvariantCulture), Berlin,
            MailTestServices.Language("en")));
}
