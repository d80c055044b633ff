using TrendingMail.Editions.Forecasting;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>What to do about a subscriber who is due.</summary>
public enum DueAction
{
    /// <summary>Leave the due time alone: the edition of that time is missing but expected.</summary>
    Wait,

    /// <summary>Send the newest edition and set the next due time.</summary>
    Send,

    /// <summary>Set the next due time only.</summary>
    Skip,
}

/// <summary>
/// Decides about all due subscribers with one schedule. Their due time does not move past an edition that is missing
/// but expected: they get it when it is published, unless that takes longer than <c>Digest:CatchUpHours</c>.
/// </summary>
/// <param name="WaitsAfter">
/// Subscribers due after this instant, and not after <paramref name="WaitsUntil"/>, wait.
/// </param>
/// <param name="Latest">The schedule's latest send time. Who is due after it has just subscribed.</param>
/// <param name="SendsLate">Whether those who were due by <paramref name="Latest"/> and do not wait are sent to.</param>
/// <param name="NextIfLate">When they are due next.</param>
/// <param name="Next">When everyone else is due next.</param>
public sealed record DueRule(
    DateTimeOffset WaitsAfter, DateTimeOffset WaitsUntil, DateTimeOffset Latest, bool SendsLate,
    DateTimeOffset NextIfLate, DateTimeOffset Next)
{
    /// <summary>Whether anyone may have to wait.</summary>
    public bool Waits => WaitsAfter < WaitsUntil;

    /// <param name="catchUp">For how long after a send time an edition that is late is still sent.</param>
    public static DueRule For(SendSchedule schedule, EditionOutlook outlook, TimeSpan catchUp, DateTimeOffset now)
    {
        var latest = DueTime.Latest(schedule, now);
        var next = DueTime.Next(schedule, pausedUntil: null, now);
        var since = FindMissingSince(schedule, outlook);
        var mayWait = now - catchUp;
        if (since <= latest && latest > mayWait)
        {
            // Who has waited long enough is due again by now. Before the sources were asked nothing is sent, because
            // after an outage that would be an old edition, with the newest following a moment later.
            return new DueRule(
                mayWait, outlook.IsFresh ? latest : now, latest, SendsLate: !outlook.IsFetchPending, latest, next);
        }

        // New subscribers wait only if there is nothing to send yet.
        var waitsAfter = outlook.IsFresh || since is not { } missing
            ? now : new[] { latest, mayWait, missing > mayWait ? missing.AddMilliseconds(-1) : mayWait }.Max();
        return new DueRule(waitsAfter, now, latest, !IsForNextTime(schedule, outlook, latest), next, next);
    }

    /// <summary>Decides about a subscriber who was due at an instant.</summary>
    public (DueAction Action, DateTimeOffset Next) Decide(DateTimeOffset dueAt) =>
        dueAt > WaitsAfter && dueAt <= WaitsUntil ? (DueAction.Wait, dueAt)
        : dueAt > Latest ? (DueAction.Send, Next)
        : (SendsLate ? DueAction.Send : DueAction.Skip, NextIfLate);

    /// <summary>
    /// When the first missing edition was due. A weekly digest does not wait for an edition that is merely possible: it
    /// has the other days of the week.
    /// </summary>
    private static DateTimeOffset? FindMissingSince(SendSchedule schedule, EditionOutlook outlook) =>
        (outlook.ExpectedSince, outlook.PossibleSince) switch
        {
            (null, var possible) => schedule.IsWeekly ? null : possible,
            (var expected, _) => expected,
        };

    /// <summary>
    /// Whether the newest edition belongs to the next send time: it was published after the latest one, for which there
    /// turned out to be no edition.
    /// </summary>
    private static bool IsForNextTime(SendSchedule schedule, EditionOutlook outlook, DateTimeOffset latest) =>
        !schedule.IsWeekly && outlook.NewestDueAt > latest && outlook.Newest?.PublishedAt > latest
        && !outlook.HasEditionFor(latest);
}
