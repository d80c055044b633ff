using TrendingMail.Delivery.Queue;
using TrendingMail.Editions;
using TrendingMail.Storage;

namespace TrendingMail.Digests.Planning;

/// <summary>The result of planning one batch of due subscribers.</summary>
/// <param name="Due">The subscribers considered.</param>
/// <param name="Queued">The digests added to the delivery queue.</param>
/// <param name="Last">The position of the last subscriber of the batch, after which the next one starts.</param>
public sealed record DueBatch(int Due, int Queued, DueCursor Last);

/// <summary>A position in the due subscribers, which are ordered by due time, then id.</summary>
public readonly record struct DueCursor(DateTimeOffset DueAt, long Id)
{
    /// <summary>The position before the first subscriber.</summary>
    public static DueCursor Start { get; } = new(DateTimeOffset.UnixEpoch, 0);
}

/// <summary>Creates the due planner of the database engine for one worker.</summary>
public delegate IDuePlanner DuePlannerFactory(DeliveryQueue deliveryQueue);

/// <summary>
/// Plans due subscribers batch by batch, each in a transaction: sets the next due time, ends pauses, and queues the
/// newest edition for those who are not suppressed and have not received it. An instance serves one worker.
/// </summary>
public interface IDuePlanner
{
    /// <param name="newest">
    /// The edition to queue; null if there is no recent one, in which case nothing is queued.
    /// </param>
    /// <param name="after">The last position of the previous batch.</param>
    /// <param name="limit">The maximum number of subscribers.</param>
    Task<DueBatch> PlanBatchAsync(Session session, Edition? newest, DueCursor after, DateTimeOffset now, int limit);
}
