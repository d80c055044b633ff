using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Schedules;

/// <summary>
/// The text by which SQL groups and joins subscribers with equal schedules: the columns of a
/// <see cref="SendSchedule"/>, separated by spaces. Only the last one may contain spaces.
/// </summary>
internal static class ScheduleText
{
    /// <summary>The expression that forms the text from a row of <c>subscribers</c>.</summary>
    public const string Sql = "frequency || ' ' || weekday || ' ' || send_at || ' ' || time_zone";

    private const string TimeFormat = "HH:mm";

    public static string Format(SendSchedule schedule) => string.Join(' ',
        schedule.Frequency.ToColumn(),
        schedule.Weekday.ToColumn(),
        schedule.SendAt.ToString(TimeFormat, CultureInfo.InvariantCulture),
        schedule.TimeZone);

    public static SendSchedule Parse(string text)
    {
        var columns = text.Split(' ', 4);
        return new SendSchedule(
            ColumnTypes.FromColumn<Frequency>(columns[0]),
            ColumnTypes.FromColumn<DayOfWeek>(columns[1]),
            TimeOnly.ParseExact(columns[2], TimeFormat, CultureInfo.InvariantCulture),
            columns[3]);
    }
}
