using TrendingMail.Delivery.Queue;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Digests.Planning;

/// <summary>The result of planning one batch of due subscribers.</summary>
/// <param name="Due">The subscribers considered, without those who wait for an edition.</param>
/// <param name="Queued">The digests added to the delivery queue.</param>
/// <param name="Last">
/// The position of the last subscriber of the batch, after which the next one starts; null if this was the last batch.
/// </param>
public sealed record DueBatch(int Due, int Queued, DueCursor? Last);

/// <summary>A position in the due subscribers, which are ordered by due time, then id.</summary>
public readonly record struct DueCursor(DateTimeOffset DueAt, long Id)
{
    /// <summary>The position before the first subscriber.</summary>
    public static DueCursor Start { get; } = new(DateTimeOffset.UnixEpoch, 0);
}

/// <summary>Creates the due planner of the database engine for one worker.</summary>
public delegate IDuePlanner DuePlannerFactory(DeliveryQueue deliveryQueue);

/// <summary>What a planning pass knows when it begins.</summary>
/// <param name="CatchUp">For how long after a send time an edition that is late is still sent.</param>
public sealed record DuePlan(EditionOutlook Outlook, TimeSpan CatchUp, DateTimeOffset Now)
{
    /// <summary>The day of the edition to queue; null if there is no recent one, and nothing is queued.</summary>
    public DateOnly? Day => Outlook.IsFresh ? Outlook.Newest!.Day : null;

    public DueRule RuleFor(SendSchedule schedule) => DueRule.For(schedule, Outlook, CatchUp, Now);
}

/// <summary>
/// Plans due subscribers batch by batch, each in a transaction: sets the next due time, ends pauses, and queues the
/// newest edition for those who are not suppressed and have not received it. Who waits for an edition is left alone. An
/// instance serves one worker.
/// </summary>
public interface IDuePlanner
{
    /// <param name="after">The last position of the previous batch.</param>
    /// <param name="limit">The maximum number of subscribers.</param>
    Task<DueBatch> PlanBatchAsync(Session session, DuePlan plan, DueCursor after, int limit);
}
