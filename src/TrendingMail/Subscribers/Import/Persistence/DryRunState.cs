using System.Security.Cryptography;
using System.Text;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>
/// What the lines of a dry run would have changed, so that later lines see it although nothing is written. Keeps eight
/// bytes of a hash per address: the probability of any false match among a million addresses is one in forty million.
/// </summary>
internal sealed class DryRunState
{
    private readonly Dictionary<ulong, SubscriberState> states = [];
    private readonly Dictionary<ulong, SuppressionReason> suppressions = [];

    /// <summary>The state that an earlier line would have given a subscriber; null if none would have.</summary>
    public SubscriberState? FindState(EmailAddress address) =>
        states.TryGetValue(Hash(address), out var state) ? state : null;

    public bool IsSuppressed(EmailAddress address) => suppressions.ContainsKey(Hash(address));

    public void SetState(EmailAddress address, SubscriberState state) => states[Hash(address)] = state;

    /// <summary>Suppresses an address, unless it already is for the same or a stronger reason.</summary>
    /// <param name="existing">The reason for which it is suppressed in the database.</param>
    /// <returns>Whether anything would change.</returns>
    public bool Suppress(EmailAddress address, SuppressionReason reason, SuppressionReason? existing)
    {
        var hash = Hash(address);
        if (existing >= reason || (suppressions.TryGetValue(hash, out var earlier) && earlier >= reason))
        {
            return false;
        }

        suppressions[hash] = reason;
        return true;
    }

    private static ulong Hash(EmailAddress address) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(address.Key)));
}
