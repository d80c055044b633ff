using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.SignUp;

/// <summary>What keeps an address from being mailed, and who may lift it.</summary>
public sealed class AddressBlocks(SignUpBlocklist blocklist, ErasedAddressStore erased)
{
    /// <summary>
    /// Whether the address gets no mail at all, not even a confirmation, unless an operator allows it.
    /// </summary>
    public async Task<bool> IsBlockedAsync(Session session, EmailAddress address) =>
        await SuppressionStore.FindAsync(session,
            address.Key) is { Reason: SuppressionReason.Complaint or SuppressionReason.Operator } ||
        await erased.FindAsync(session, address.Key) is { Complained: true };

    /// <summary>
    /// Lifts a suppression once the owner has confirmed from the mailbox that mail arrives and is wanted.
    /// </summary>
    /// <returns>False if only an operator can lift it.</returns>
    public async Task<bool> LiftSuppressionAsync(Session session, Subscriber subscriber)
    {
        if (!EmailAddress.TryParse(subscriber.Address, out var address, out _) ||
            await IsBlockedAsync(session, address))
        {
            return false;
        }

        await LiftSuppressionAsync(session, address);
        return true;
    }

    /// <summary>Lifts a suppression after bounces, because its owner has just proved that mail arrives.</summary>
    public async Task LiftSuppressionAsync(Session session, EmailAddress address)
    {
        await SuppressionStore.LiftBouncesAsync(session, address.Key);
        await erased.RemoveAsync(session, address.Key);
    }

    /// <summary>Whether the owner of the mailbox reported that someone else had signed it up.</summary>
    public Task<bool> IsReportedAsync(Session session, EmailAddress address) =>
        blocklist.ContainsAsync(session, address);

    /// <inheritdoc cref="IsReportedAsync(Session, EmailAddress)"/>
    public async Task<bool> IsReportedAsync(Session session, Subscriber subscriber) =>
        EmailAddress.TryParse(subscriber.Address, out var address, out _) &&
        await IsReportedAsync(session, address);
}
