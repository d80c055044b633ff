namespace TrendingMail.Subscribers.Schedules;

/// <summary>
/// A subscriber whose digest is due. There may be a million at once, so this holds only what planning needs.
/// </summary>
public sealed record DueSubscriber(
    long Id, DateTimeOffset DueAt, SendSchedule Schedule, bool IsPaused, bool IsSuppressed);
