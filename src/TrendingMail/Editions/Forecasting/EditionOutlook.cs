using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Editions.Forecasting;

/// <summary>The editions that exist and those that are due but missing, at one instant.</summary>
public sealed record EditionOutlook
{
    /// <summary>The newest edition, without its papers; null if there is none.</summary>
    public required EditionSummary? Newest { get; init; }

    /// <summary>When <see cref="Newest"/> was due, whenever it was published.</summary>
    public DateTimeOffset NewestDueAt { get; init; }

    /// <summary>Whether <see cref="Newest"/> is recent enough to be sent.</summary>
    public bool IsFresh { get; init; }

    /// <summary>When the first of the editions that are expected was due; null if none is.</summary>
    public DateTimeOffset? ExpectedSince { get; init; }

    /// <summary>When the edition that is only possible was due; null if there is none.</summary>
    public DateTimeOffset? PossibleSince { get; init; }

    /// <summary>
    /// Whether no source has been asked for the expected editions since the last one was due, as after an outage.
    /// </summary>
    public bool IsFetchPending { get; init; }

    /// <summary>The publication time of the next edition; in the past if one is missing and may still come.</summary>
    public DateTimeOffset NextPublicationAt { get; init; }

    /// <summary>The publication times of recent days whose edition exists.</summary>
    public IReadOnlySet<DateTimeOffset> PublicationTimes { get; init; } = new HashSet<DateTimeOffset>();

    /// <summary>The last publication times, newest first, of days with and without an edition.</summary>
    public IReadOnlyList<DateTimeOffset> RecentTimes { get; init; } = [];

    /// <summary>
    /// When a subscriber's next digest is due that has an edition to show: who has the newest one gets nothing before
    /// the next is published.
    /// </summary>
    /// <param name="hasNewest">Whether the newest edition was sent, or is about to be.</param>
    public DateTimeOffset NextDueAt(
        SendSchedule schedule, DateOnly? pausedUntil, DateTimeOffset after, bool hasNewest) => DueTime.Next(
        schedule, pausedUntil, hasNewest && NextPublicationAt > after ? NextPublicationAt : after);

    /// <summary>Whether the edition that subscribers due at <paramref name="instant"/> should get exists.</summary>
    public bool HasEditionFor(DateTimeOffset instant) => RecentTimes.FirstOrDefault(time => time <= instant)
        is var time && PublicationTimes.Contains(time);
}
