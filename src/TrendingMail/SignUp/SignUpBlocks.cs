using System.Security.Cryptography;
using System.Text;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.SignUp;

/// <summary>
/// Addresses whose owners said that it was not they who asked: for a while nobody can ask for them. Kept as keyed
/// hashes, for these people are none of our readers.
/// </summary>
public sealed class SignUpBlocks(KeyRing keys, TimeProvider clock)
{
    /// <summary>Longer than a wave of forged sign-ups lasts.</summary>
    public static TimeSpan Duration { get; } = TimeSpan.FromDays(7);

    public async Task AddAsync(Session session, string addressKey)
    {
        var now = clock.GetUtcNow();
        await session.ExecuteAsync("DELETE FROM sign_up_blocks WHERE until_at <= @now", new { now });
        await session.ExecuteAsync("""
            INSERT INTO sign_up_blocks (address_hash, until_at) VALUES (@hash, @until)
            ON CONFLICT (address_hash) DO UPDATE SET until_at = excluded.until_at
            """, new { hash = HashOf(addressKey), until = now + Duration });
    }

    public Task<bool> ContainsAsync(Session session, EmailAddress address) => session.SingleAsync<bool>("""
        SELECT EXISTS (SELECT 1 FROM sign_up_blocks WHERE address_hash = @hash AND until_at > @now)
        """, new { hash = HashOf(address.Key), now = clock.GetUtcNow() });

    // A rotation of the keys ends the blocks, which only live for days.
    private string HashOf(string addressKey) => Convert.ToHexStringLower(
        HMACSHA256.HashData(keys.Current.Secret, Encoding.UTF8.GetBytes($"sign-up-block:{addressKey}")));
}
