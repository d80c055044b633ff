using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;
using TrendingMail.Delivery.Queue;
using TrendingMail.Digests.Planning;

namespace TrendingMail.Digests;

/// <summary>What a release found, and did.</summary>
/// <param name="LoggedMessages">The number of our messages in the relay's log; null without one.</param>
/// <param name="UnknownRecipients">Recipients in the log who subscribed after the backup.</param>
/// <param name="Policy">What happens to what may have been sent (<c>Delivery:OnUncertain</c>).</param>
public sealed record ReleaseReport(
    DeliveryHold Hold, ReleasePlan Plan, int? LoggedMessages, int UnknownRecipients, UncertainPolicy Policy);

/// <summary>Releases a restored copy: from then on it sends, except what the lost installation has sent.</summary>
public sealed class HoldRelease(
    HoldStore store, DigestPlanner planner, DeliveryReconciliation deliveries, DeliveryOptions options)
{
    private const string LoggedReply = "accepted before the restore, according to the relay's log";

    private const string UncertainReply = "may have been sent before the restore";

    /// <summary>Reports what a release would do, and changes nothing.</summary>
    /// <param name="accepted">What the relay's logs show as accepted; null if there is no log.</param>
    /// <returns>Null if nothing is on hold.</returns>
    public async Task<ReleaseReport?> PreviewAsync(
        IReadOnlyList<AcceptedMessage>? accepted, CancellationToken cancellationToken)
    {
        var log = accepted is null ? null : ReleasePlan.FindOurs(accepted);
        return await store.FindAsync(cancellationToken) is { } hold
            ? await CreateReportAsync(hold, log, 0, cancellationToken)
            : null;
    }

    /// <summary>Releases the copy. If this is interrupted, it stays on hold, and a repetition completes it.</summary>
    /// <inheritdoc cref="PreviewAsync"/>
    public async Task<ReleaseReport?> ReleaseAsync(
        IReadOnlyList<AcceptedMessage>? accepted, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(cancellationToken) is not { } hold)
        {
            return null;
        }

        // What is due is queued first, so that the report is complete.
        await planner.PlanDueAsync(cancellationToken);
        var log = accepted is null ? null : ReleasePlan.FindOurs(accepted);
        var unknown = log is null ? 0 : await deliveries.EnqueueLoggedAsync(log, cancellationToken);
        var report = await CreateReportAsync(hold, log, unknown, cancellationToken);
        await deliveries.EndAsync(report.Plan.Logged, DeliveryState.Sent, LoggedReply, cancellationToken);
        if (options.OnUncertain == UncertainPolicy.Hold)
        {
            await deliveries.EndAsync(
                report.Plan.MayHaveBeenSent, DeliveryState.Uncertain, UncertainReply, cancellationToken);
        }

        await store.RemoveAsync(cancellationToken);
        return report;
    }

    private async Task<ReleaseReport> CreateReportAsync(
        DeliveryHold hold, IReadOnlyList<LoggedMessage>? log, int unknownRecipients,
        CancellationToken cancellationToken)
    {
        var unfinished = await deliveries.ListUnfinishedAsync(cancellationToken);
        return new ReleaseReport(
            hold, ReleasePlan.Create(hold, unfinished, log), log?.Count, unknownRecipients, options.OnUncertain);
    }
}
