namespace TrendingMail.Subscribers.Schedules;

/// <summary>The time of day at which editions are published.</summary>
public sealed record PublicationTime(TimeOnly At, TimeZoneInfo Zone)
{
    /// <summary>The newest day whose publication time has passed.</summary>
    public DateOnly FindDay(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        return DueTime.ToInstant(today, At, Zone) <= now ? today : today.AddDays(-1);
    }
}
