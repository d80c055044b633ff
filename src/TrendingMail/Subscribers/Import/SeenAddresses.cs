using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// The addresses a dry run has seen, since it writes nothing to the database that would reveal duplicates. Keeps eight
/// bytes per address: the probability of any false match among a million addresses is one in forty million.
/// </summary>
internal sealed class SeenAddresses(bool isDryRun)
{
    private readonly HashSet<ulong> seen = [];

    /// <returns>
    /// False if the address was seen before. Always true outside a dry run, where the database decides.
    /// </returns>
    public bool Add(string addressKey) =>
        !isDryRun || seen.Add(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(addressKey))));
}
