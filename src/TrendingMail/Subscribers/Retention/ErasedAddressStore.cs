using System.Security.Cryptography;
using System.Text;
using TrendingMail.Links;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Retention;

/// <summary>The record that remains of an erased subscriber.</summary>
/// <param name="Complained">
/// Whether the subscriber had reported a message as spam. Only an operator can add such an address again.
/// </param>
public sealed record Erasure(DateTimeOffset ErasedAt, bool Complained);

/// <summary>
/// The addresses of erased subscribers, stored as HMAC-SHA-256 under a key of the ring: the addresses cannot be
/// recovered, but an import can recognize them and not add them again. If the ring is lost, they are no longer
/// recognized.
/// </summary>
public sealed class ErasedAddressStore(KeyRing keys, TimeProvider clock)
{
    public Task AddAsync(Session session, string addressKey, bool complained) =>
        session.ExecuteAsync("""
            INSERT INTO erased_addresses (address_hash, key_id, complained, erased_at)
            VALUES (@hash, @keyId, @complained, @now)
            ON CONFLICT (address_hash) DO UPDATE
            SET erased_at = excluded.erased_at, complained = (erased_addresses.complained OR excluded.complained)
            """, new
        {
            hash = ComputeHash(keys.Current, addressKey), keyId = (int)keys.Current.Id, complained,
            now = clock.GetUtcNow()
        });

    /// <summary>Whether any address was ever erased.</summary>
    internal static Task<bool> AnyAsync(Session session) =>
        session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM erased_addresses)");

    /// <summary>Finds the erasure of an address; null if it was never erased.</summary>
    public async Task<Erasure?> FindAsync(Session session, string addressKey)
    {
        var rows = await session.QueryAsync<Row>("""
            SELECT erased_at, complained FROM erased_addresses WHERE address_hash IN @hashes
            """, new { hashes = ComputeHashes(addressKey) });
        return rows.Count == 0 ? null : new Erasure(rows.Max(row => row.ErasedAt), rows.Any(row => row.Complained));
    }

    /// <summary>Returns those of the given addresses that were erased.</summary>
    public async Task<IReadOnlyList<string>> FilterErasedAsync(Session session, IReadOnlyCollection<string> addressKeys)
    {
        var keyByHash = new Dictionary<string, string>();
        foreach (var key in addressKeys)
        {
            foreach (var hash in ComputeHashes(key))
            {
                keyByHash[hash] = key;
            }
        }

        var found = await session.QueryAsync<string>(
            "SELECT address_hash FROM erased_addresses WHERE address_hash IN @hashes",
            new { hashes = keyByHash.Keys.ToArray() });
        return [.. found.Select(hash => keyByHash[hash])];
    }

    /// <summary>Forgets that an address was erased, when its owner confirms a new subscription.</summary>
    public Task RemoveAsync(Session session, string addressKey) =>
        session.ExecuteAsync(
            "DELETE FROM erased_addresses WHERE address_hash IN @hashes", new { hashes = ComputeHashes(addressKey) });

    // One hash per key: the address may have been erased before the last key rotation.
    internal string[] ComputeHashes(string addressKey) => [.. keys.All.Select(key => ComputeHash(key, addressKey))];

    private static string ComputeHash(LinkKey key, string addressKey) => Convert.ToHexStringLower(
        HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes($"erased-address:{addressKey}")));

    private sealed record Row
    {
        public required DateTimeOffset ErasedAt { get; init; }

        public required bool Complained { get; init; }
    }
}
