using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Hold;

/// <summary>Why no mail leaves: this is a restored copy that an operator has not released yet.</summary>
public sealed record DeliveryHold
{
    /// <summary>The instant of the backup. What happened later is unknown to this copy.</summary>
    public required DateTimeOffset BackupAt { get; init; }

    /// <summary>When the backup was restored.</summary>
    public required DateTimeOffset HeldAt { get; init; }

    /// <summary>A line for operators, with the remedy.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"This copy was restored on {HeldAt:yyyy-MM-dd HH:mm} UTC from a backup of {BackupAt:yyyy-MM-dd HH:mm} UTC. " +
        $"It is on hold: it serves pages and sends no mail until 'digest release'.");
}

/// <summary>
/// Stores the hold. A row that exists stops every claim and every message that has not begun, on every node: the
/// statements that claim a delivery and mark it as sending check for it.
/// </summary>
public sealed class HoldStore(Database database)
{
    /// <summary>The hold; null if mail may leave.</summary>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public Task<DeliveryHold?> FindAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstOrDefaultAsync<DeliveryHold>("SELECT backup_at, held_at FROM delivery_hold"),
        cancellationToken);

    /// <exception cref="TrendingMailException">Delivery is on hold, or the database is unavailable.</exception>
    public async Task RequireNoneAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } hold)
        {
            throw new TrendingMailException(hold.ToString());
        }
    }

    /// <summary>Lets mail leave, at once and on every node.</summary>
    public Task RemoveAsync(CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync("DELETE FROM delivery_hold"), cancellationToken);

    /// <summary>The statement that puts a database on hold, for an engine's tools to run.</summary>
    internal static string PlaceSql(DateTimeOffset backupAt, DateTimeOffset heldAt)
    {
        var values = string.Create(CultureInfo.InvariantCulture,
            $"1, {backupAt.ToUnixTimeMilliseconds()}, {heldAt.ToUnixTimeMilliseconds()}");

        // The backup may itself be of a copy on hold: its first backup still counts.
        return $"INSERT INTO delivery_hold (id, backup_at, held_at) VALUES ({values}) " +
            "ON CONFLICT (id) DO UPDATE SET held_at = excluded.held_at;";
    }
}
