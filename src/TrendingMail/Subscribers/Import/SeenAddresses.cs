using System.Security.Cryptography;
using System.Text;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// The addresses that a dry run has come across, for nothing that it wrote could tell it. Eight bytes an address: of a million,
/// one in forty million times two are taken for the same.
/// </summary>
internal sealed class SeenAddresses(bool isDryRun)
{
    private readonly HashSet<ulong> seen = [];

    /// <returns>False where the address was there before. Always true outside of a dry run: the database knows.</returns>
    public bool Add(string addressKey) =>
        !isDryRun || seen.Add(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(addressKey))));
}
