using System.Globalization;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Hold;

namespace TrendingMail.Diagnostics.Guard;

/// <summary>What an operator released.</summary>
/// <param name="Holds">The reasons in spite of which the digests leave; empty if none were held.</param>
/// <param name="Waiting">The number of digests of the day that wait to be sent.</param>
public sealed record DigestRelease(DateOnly Day, IReadOnlyList<DigestHold> Holds, long Waiting);

/// <summary>
/// Holds digests while a check finds what would harm the sender's reputation, and lets them go when it is good again.
/// Only checks that need no network are made.
/// </summary>
public sealed class DigestGuard(
    Doctor doctor, DigestHoldStore store, OperatorAlerts alerts, DeliverabilityOptions options, MailOptions mail,
    TimeProvider clock, ILogger<DigestGuard> logger)
{
    /// <summary>Makes the checks, and holds digests or lets them go. Call it before digests are planned.</summary>
    /// <returns>Why digests are held; empty if they may leave.</returns>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<IReadOnlyList<DigestHold>> UpdateAsync(CancellationToken cancellationToken)
    {
        var before = await store.ListAsync(cancellationToken);
        var after = DigestHoldRule.Decide(before, await CheckAsync(cancellationToken), clock.GetUtcNow());
        if (!after.ToHashSet().SetEquals(before))
        {
            await store.ReplaceAsync(after, cancellationToken);
            Log(before, after);
        }

        if (after.Count > 0)
        {
            await AlertAsync(after, cancellationToken);
        }

        return after;
    }

    /// <summary>Lets the digests of a day leave in spite of bad findings, on every node, and records it.</summary>
    public async Task<DigestRelease> ReleaseAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (await UpdateAsync(cancellationToken) is not { Count: > 0 } holds)
        {
            return new DigestRelease(day, [], 0);
        }

        return new DigestRelease(day, holds, await store.ReleaseAsync(day, holds, cancellationToken));
    }

    private async Task<IReadOnlyList<CheckResult>> CheckAsync(CancellationToken cancellationToken)
    {
        if (!options.HoldOnBadFindings || mail.Transport == TransportKind.Outbox)
        {
            return [];
        }

        var run = doctor.Start(isOnline: false);
        var results = new List<CheckResult>();
        foreach (var check in doctor.Checks.Where(check => check is { GuardsReputation: true, NeedsNetwork: false }))
        {
            results.Add(await run.RunAsync(check, cancellationToken));
        }

        return results;
    }

    private void Log(IReadOnlyList<DigestHold> before, IReadOnlyList<DigestHold> after)
    {
        if (after.Count == 0)
        {
            logger.LogInformation(
                "Digests are no longer held ({Checks})", string.Join(", ", before.Select(hold => hold.Check)));
        }
    }

    /// <summary>Alerts the operator once for each hold, and again if more is found.</summary>
    private Task AlertAsync(IReadOnlyList<DigestHold> holds, CancellationToken cancellationToken) => alerts.RaiseAsync(
        string.Create(CultureInfo.InvariantCulture,
            $"digests-held-{holds.Max(hold => hold.HeldAt).ToUnixTimeMilliseconds()}"),
        "Digests are held", string.Join("\n\n", holds), cancellationToken);
}
