using System.Globalization;

namespace TrendingMail.Delivery.Hold;

/// <summary>Notices that a program started on a restored copy.</summary>
public sealed class HoldMonitor(HoldStore store, OperatorAlerts alerts)
{
    /// <summary>Finds the hold, and alerts the operator: in the log at once, and by mail after the release.</summary>
    /// <returns>Null if mail may leave.</returns>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async Task<DeliveryHold?> CheckAsync(CancellationToken cancellationToken)
    {
        if (await store.FindAsync(cancellationToken) is not { } hold)
        {
            return null;
        }

        await alerts.RaiseAsync(
            string.Create(CultureInfo.InvariantCulture, $"hold-{hold.HeldAt.ToUnixTimeMilliseconds()}"),
            "Delivery is on hold", hold.ToString(), cancellationToken);
        return hold;
    }
}
