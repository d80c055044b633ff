using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Digests;

/// <summary>What came of sending.</summary>
/// <param name="Due">The subscribers considered.</param>
/// <param name="Queued">The digests added to the delivery queue.</param>
/// <param name="Handled">The messages processed, including those that were queued before.</param>
/// <param name="Outcomes">What came of them.</param>
/// <param name="UnreachableReason">Why sending stopped early; null if it did not.</param>
/// <param name="Waiting">The messages that are still queued.</param>
/// <param name="NextAttemptAt">When the next of them is attempted; null if there are none.</param>
public sealed record SendReport(
    int Due, int Queued, int Handled, OutcomeCounts Outcomes, string? UnreachableReason, long Waiting,
    DateTimeOffset? NextAttemptAt);

/// <summary>Sends digests at an operator's request and waits for them, delivering while it is still queuing.</summary>
public sealed class DigestSender(
    DigestPlanner planner, DeliveryQueue queue, DeliveryDispatcher dispatcher, HoldStore hold,
    DigestHoldStore digestHolds, EditionStore editions, TimeProvider clock)
{
    private static readonly TimeSpan PlanningInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Counts the digests that <see cref="SendAsync"/> would queue now.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public Task<int> CountAsync(DateOnly? edition, EmailAddress? only, CancellationToken cancellationToken) =>
        edition is { } day
            ? planner.CountEditionAsync(day, only, cancellationToken)
            : planner.CountDueAsync(cancellationToken);

    /// <summary>
    /// Queues digests and delivers until no delivery is ready. After a cancellation, the report says how far it came.
    /// </summary>
    /// <param name="edition">The edition to send, whether due or not; null for whatever is due now.</param>
    /// <param name="only">Restricts an edition to this subscriber; null for all.</param>
    /// <exception cref="TrendingMailException">Delivery is on hold, or the digests are held.</exception>
    public async Task<SendReport> SendAsync(
        DateOnly? edition, EmailAddress? only, CancellationToken cancellationToken)
    {
        await hold.RequireNoneAsync(cancellationToken);
        await digestHolds.RequireReleasedAsync(
            edition ?? (await editions.FindNewestSummaryAsync(cancellationToken))?.Day, cancellationToken);
        await queue.RecoverAsync(cancellationToken);
        var planning = Task.Run(
            () => edition is { } day
                ? planner.PlanEditionAsync(day, only, cancellationToken)
                : planner.PlanDueAsync(cancellationToken),
            cancellationToken);
        var result = await DispatchAsync(planning, cancellationToken);
        var plan = await planning;
        var (waiting, nextAttemptAt) = await queue.WaitingAsync(CancellationToken.None);
        return new SendReport(
            plan.Due, plan.Queued, result.Handled, result.Outcomes, result.UnreachableReason, waiting, nextAttemptAt);
    }

    /// <summary>Delivers until planning is complete and no delivery is ready.</summary>
    private async Task<DispatchResult> DispatchAsync(Task planning, CancellationToken cancellationToken)
    {
        var handled = 0;
        var outcomes = default(OutcomeCounts);
        while (!cancellationToken.IsCancellationRequested)
        {
            var wasPlanned = planning.IsCompleted;
            var result = await dispatcher.DispatchAsync(null, cancellationToken);
            handled += result.Handled;
            outcomes += result.Outcomes;
            if (result.UnreachableReason is not null)
            {
                return result with { Handled = handled, Outcomes = outcomes };
            }

            if (result.Handled > 0)
            {
                continue;
            }

            if (wasPlanned)
            {
                if (await FindRankedWaitAsync(cancellationToken) is not { } wait)
                {
                    break;
                }

                await Task.Delay(wait, clock, cancellationToken);
                continue;
            }

            await Task.WhenAny(planning, Task.Delay(PlanningInterval, cancellationToken));
        }

        return new DispatchResult(handled, null) { Outcomes = outcomes };
    }

    /// <summary>
    /// How long the next digest waits for its rank; null if none does, as is always the case without a warm-up.
    /// </summary>
    private async Task<TimeSpan?> FindRankedWaitAsync(CancellationToken cancellationToken) =>
        queue.IsRanked && (await queue.WaitingAsync(cancellationToken)).NextAttemptAt - clock.GetUtcNow() is { } wait
        && wait > TimeSpan.Zero && wait <= EngagementRank.MaxDelay ? wait : null;
}
