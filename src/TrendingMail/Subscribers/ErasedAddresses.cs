using System.Security.Cryptography;
using System.Text;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>What is left of a reader who was erased.</summary>
/// <param name="Complained">Whether the reader had called a mail unwanted: such an address comes back only by an operator.</param>
public sealed record Erasure(DateTimeOffset ErasedAt, bool Complained);

/// <summary>
/// Addresses whose readers were erased, as HMAC-SHA-256 under a key of the ring: nobody can read an address out of them, and
/// an import can still tell that it must not bring one back. With the ring lost they are told no more.
/// </summary>
public sealed class ErasedAddresses(KeyRing keys, TimeProvider clock)
{
    public Task AddAsync(Session session, string addressKey, bool complained) =>
        session.ExecuteAsync("""
            INSERT INTO erased (address_hash, key_id, complained, erased_at) VALUES (@hash, @keyId, @complained, @now)
            ON CONFLICT (address_hash) DO UPDATE
            SET erased_at = excluded.erased_at, complained = (erased.complained OR excluded.complained)
            """, new { hash = HashOf(keys.Current, addressKey), keyId = (int)keys.Current.Id, complained, now = clock.GetUtcNow() });

    /// <summary>Null where the address was never a reader's who was erased.</summary>
    public async Task<Erasure?> FindAsync(Session session, string addressKey)
    {
        var rows = await session.QueryAsync<Row>("""
            SELECT erased_at, complained FROM erased WHERE address_hash IN @hashes
            """, new { hashes = HashesOf(addressKey) });
        return rows.Count == 0 ? null : new Erasure(rows.Max(row => row.ErasedAt), rows.Any(row => row.Complained));
    }

    /// <summary>Those of the addresses whose readers were erased.</summary>
    public async Task<IReadOnlyList<string>> AmongAsync(Session session, IReadOnlyCollection<string> addressKeys)
    {
        var keyOf = new Dictionary<string, string>();
        foreach (var key in addressKeys)
        {
            foreach (var hash in HashesOf(key))
            {
                keyOf[hash] = key;
            }
        }

        var found = await session.QueryAsync<string>(
            "SELECT address_hash FROM erased WHERE address_hash IN @hashes", new { hashes = keyOf.Keys.ToArray() });
        return [.. found.Select(hash => keyOf[hash])];
    }

    /// <summary>Forgets that an address was erased, where its owner comes back by a confirmed wish.</summary>
    public Task RemoveAsync(Session session, string addressKey) =>
        session.ExecuteAsync("DELETE FROM erased WHERE address_hash IN @hashes", new { hashes = HashesOf(addressKey) });

    // By every key: the address may have been erased before the last rotation.
    internal string[] HashesOf(string addressKey) => [.. keys.All.Select(key => HashOf(key, addressKey))];

    private static string HashOf(LinkKey key, string addressKey) => Convert.ToHexStringLower(
        HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes($"erased-address:{addressKey}")));

    private sealed record Row
    {
        public required DateTimeOffset ErasedAt { get; init; }

        public required bool Complained { get; init; }
    }
}
