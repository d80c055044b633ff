using TrendingMail.Messages;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Delivery.Hold;

/// <summary>A delivery that this copy has not finished.</summary>
public sealed record UnfinishedDelivery
{
    public required long Id { get; init; }

    /// <summary>The kind of its mailing, such as <c>daily</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The day or id of its mailing.</summary>
    public required string Key { get; init; }

    public required string Address { get; init; }

    public required DeliveryState State { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }
}

/// <summary>A message that the relay accepted for a mailing of ours.</summary>
/// <param name="DeliveryId">The id in the delivery queue of the lost installation.</param>
public sealed record LoggedMessage(Mailing Mailing, long DeliveryId, IReadOnlyCollection<string> AddressKeys);

/// <summary>What a release would do with each unfinished delivery.</summary>
/// <param name="Logged">Deliveries that the relay's log shows as accepted: they are not sent again.</param>
/// <param name="MayHaveBeenSent">Deliveries that may have been sent; empty if a log says which were.</param>
/// <param name="Unsent">Deliveries that were certainly not sent.</param>
public sealed record ReleasePlan(
    IReadOnlyList<UnfinishedDelivery> Logged, IReadOnlyList<UnfinishedDelivery> MayHaveBeenSent,
    IReadOnlyList<UnfinishedDelivery> Unsent)
{
    /// <param name="log">What the relay accepted; null if its log is not at hand.</param>
    public static ReleasePlan Create(
        DeliveryHold hold, IReadOnlyList<UnfinishedDelivery> unfinished, IReadOnlyList<LoggedMessage>? log)
    {
        if (log is null)
        {
            var waiting = unfinished.Where(IsWaiting).ToLookup(delivery => IsInDoubt(delivery, hold));
            return new ReleasePlan([], [.. waiting[true]], [.. waiting[false]]);
        }

        var recipients = log.SelectMany(message => message.AddressKeys.Select(
            key => (message.Mailing.KindName, message.Mailing.Key, key))).ToHashSet();
        var ids = log.Where(message => message.AddressKeys.Count == 0)
            .Select(message => (message.Mailing.KindName, message.Mailing.Key, message.DeliveryId)).ToHashSet();
        var isLogged = unfinished.ToLookup(delivery =>
            recipients.Contains((delivery.Kind, delivery.Key, AddressKey(delivery.Address))) ||

            // Only deliveries queued before the backup have the same id here and in the lost installation.
            (delivery.QueuedAt <= hold.BackupAt && ids.Contains((delivery.Kind, delivery.Key, delivery.Id))));
        return new ReleasePlan([.. isLogged[true]], [], [.. isLogged[false].Where(IsWaiting)]);
    }

    /// <summary>Finds our messages among those that a relay accepted.</summary>
    public static IReadOnlyList<LoggedMessage> FindOurs(IEnumerable<AcceptedMessage> accepted) =>
        [.. accepted.Select(Parse).OfType<LoggedMessage>()];

    private static LoggedMessage? Parse(AcceptedMessage message) =>
        MessageIdentity.TryParse(message.MessageId) is ({ } mailing, var deliveryId)
            ? new LoggedMessage(mailing, deliveryId, [.. message.Recipients.Select(AddressKey)])
            : null;

    /// <summary>Uncertain deliveries are not sent, whatever the log says.</summary>
    private static bool IsWaiting(UnfinishedDelivery delivery) => delivery.State != DeliveryState.Uncertain;

    /// <summary>
    /// The lost installation may have sent any digest, also one that was planned here since. It cannot have sent a
    /// notice whose cause is here.
    /// </summary>
    private static bool IsInDoubt(UnfinishedDelivery delivery, DeliveryHold hold) =>
        delivery.QueuedAt <= hold.HeldAt || Mailing.Parse(delivery.Kind, delivery.Key) is Mailing.Digest;

    private static string AddressKey(string address) =>
        EmailAddress.TryParse(address, out var parsed, out _) ? parsed.Key : address;
}
