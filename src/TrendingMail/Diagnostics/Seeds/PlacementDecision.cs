using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Seeds.Mailboxes;

namespace TrendingMail.Diagnostics.Seeds;

/// <summary>What follows from a look into a seed mailbox.</summary>
/// <param name="Found">Where the message is; null if it was not found.</param>
/// <param name="Detail">Why not; null if there is nothing to say.</param>
/// <param name="NextCheckAt">When to look again; null if this is the result.</param>
internal sealed record PlacementDecision(
    Placement Placement, FoundMessage? Found, string? Detail, DateTimeOffset? NextCheckAt)
{
    /// <summary>How long a message is looked for after it was handed over.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    /// <summary>
    /// When to look for the first time after the hand-over: in the next minute. Since the schedule fires each minute,
    /// waits are half a minute shorter than what comes of them.
    /// </summary>
    public static readonly TimeSpan FirstCheck = TimeSpan.FromMinutes(0.5);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(2.5);

    /// <summary>Longer, because providers lock a mailbox after too many wrong passwords.</summary>
    private static readonly TimeSpan FailureInterval = TimeSpan.FromMinutes(9.5);

    /// <param name="now">When the look began.</param>
    public static PlacementDecision From(SeedMessage message, FoundMessage? found, DateTimeOffset now)
    {
        if (found is not null)
        {
            return new PlacementDecision(found.Placement, found, null, null);
        }

        return now < Deadline(message)
            ? Wait(message, null, now + Interval)
            : message.State == DeliveryState.Sent
                ? new PlacementDecision(Placement.Missing, null, null, null)
                : new PlacementDecision(
                    Placement.Unknown, null, $"it is uncertain whether the message left: {message.Reply}", null);
    }

    /// <summary>A mailbox that cannot be read says nothing about a message.</summary>
    public static PlacementDecision FromFailure(SeedMessage message, string reason, DateTimeOffset now) =>
        now < Deadline(message)
            ? Wait(message, reason, now + FailureInterval)
            : new PlacementDecision(Placement.Unknown, null, reason, null);

    private static PlacementDecision Wait(SeedMessage message, string? detail, DateTimeOffset until) =>
        new(Placement.Pending, null, detail, until < Deadline(message) ? until : Deadline(message));

    private static DateTimeOffset Deadline(SeedMessage message) => message.HandedOverAt!.Value + Limit;
}
