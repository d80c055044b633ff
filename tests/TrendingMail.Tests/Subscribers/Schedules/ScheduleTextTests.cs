using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Schedules;

public abstract class ScheduleTextTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Theory]
    [InlineData(Frequency.Daily, DayOfWeek.Monday, "07:00", "UTC", "daily monday 07:00 UTC")]
    [InlineData(Frequency.Weekdays, DayOfWeek.Friday, "23:59", "Asia/Kathmandu",
        "weekdays friday 23:59 Asia/Kathmandu")]
    [InlineData(Frequency.Weekly, DayOfWeek.Sunday, "00:05", "No Such Zone", "weekly sunday 00:05 No Such Zone")]
    public async Task SqlFormsTheSameTextAsTheProgram(
        Frequency frequency, DayOfWeek weekday, string sendAt, string timeZone, string text)
    {
        var schedule = new SendSchedule(frequency, weekday, TimeOnly.Parse(sendAt, null), timeZone);
        await AddSubscriberAsync("ada@example.org", new Preferences
        {
            Frequency = frequency, Weekday = weekday, SendAt = schedule.SendAt, TimeZone = timeZone,
        });

        var stored = await Database.ReadAsync(
            session => session.SingleAsync<string>($"SELECT {ScheduleText.Sql} FROM subscribers"), Stop);

        Assert.Equal(text, stored);
        Assert.Equal(text, ScheduleText.Format(schedule));
        Assert.Equal(schedule, ScheduleText.Parse(stored));
    }
}

public sealed class ScheduleTextOnSqlite() : ScheduleTextTests(new SqliteFixture());

public sealed class ScheduleTextOnPostgreSql() : ScheduleTextTests(new PostgreSqlFixture());
