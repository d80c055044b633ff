using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Diagnostics.Installation;

/// <summary>Whether this machine's clock agrees with the database's, by which nodes judge leases.</summary>
internal sealed class ClockCheck(Database database, TimeProvider clock) : DiagnosticCheck(
    CheckGroup.Installation, "clock", "this machine's clock against the database's")
{
    private const string Remedy =
        "Synchronize both clocks by NTP, for example with chrony or 'timedatectl set-ntp true'.";

    public override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow();
        var milliseconds = await database.ReadAsync(
            session => session.SingleAsync<long>(database.Dialect.ClockSql), cancellationToken);
        var other = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return [Judge("the database's", other, before, clock.GetUtcNow())];
    }

    /// <param name="other">What the other clock showed at some instant between two of ours.</param>
    internal static Finding Judge(string whose, DateTimeOffset other, DateTimeOffset before, DateTimeOffset after)
    {
        var difference = other < before ? before - other : other > after ? other - after : TimeSpan.Zero;
        var text = string.Create(CultureInfo.InvariantCulture,
            $"This machine's clock and {whose} differ by {difference.TotalSeconds:0.#} seconds.");
        return difference < TimeSpan.FromSeconds(5) ? Finding.Good(text)
            : difference < TimeSpan.FromMinutes(1) ? Finding.Warn(text, Remedy)
            : Finding.Bad(text, Remedy);
    }
}
