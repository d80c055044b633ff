using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Queue.Dialects;

/// <summary>
/// The engine-specific parts of the delivery queue: where deliveries are stored and how old ones are deleted.
/// </summary>
public interface IQueueDialect
{
    /// <summary>
    /// The statement that queues mailing <c>@mailingId</c> for the subscribers <c>@ids</c>, with <c>@firstDelivery</c>,
    /// <c>@priority</c>, <c>@now</c>, <c>@dueAt</c> and <c>@expiresAt</c>. It skips subscribers who already
    /// have it or no longer exist.
    /// </summary>
    string EnqueueSql { get; }

    /// <summary>The same, with the first attempts in the order of engagement (<see cref="EngagementRank"/>).</summary>
    string RankedEnqueueSql { get; }

    /// <summary>The start of the id range for deliveries of a mailing created at the given time.</summary>
    long GetFirstDeliveryId(DateTimeOffset at);

    /// <summary>Creates the partition for such a mailing's deliveries if it does not exist.</summary>
    Task EnsurePartitionAsync(Session session, long firstDelivery);

    /// <summary>
    /// Drops the partitions from before the given time whose deliveries have all ended. What is left to be deleted row
    /// by row has ids below <see cref="GetFirstRetainedId"/>.
    /// </summary>
    /// <returns>The number of deliveries deleted.</returns>
    Task<long> DropPartitionsAsync(Database database, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// The first id that must not be deleted yet, whatever its age, because its partition holds more recent deliveries.
    /// </summary>
    long GetFirstRetainedId(DateTimeOffset before);
}
