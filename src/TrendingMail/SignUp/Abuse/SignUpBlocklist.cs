using System.Security.Cryptography;
using System.Text;
using TrendingMail.Links;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.Abuse;

/// <summary>
/// Mailboxes whose owners reported that someone else had signed them up. For a while, nobody can sign up any address of
/// theirs. Stored as keyed hashes, because their owners are not subscribers.
/// </summary>
public sealed class SignUpBlocklist(KeyRing keys, TimeProvider clock)
{
    /// <summary>Longer than a wave of forged sign-ups usually lasts.</summary>
    public static TimeSpan Duration { get; } = TimeSpan.FromDays(7);

    public async Task AddAsync(Session session, EmailAddress address)
    {
        var now = clock.GetUtcNow();
        await session.ExecuteAsync("DELETE FROM sign_up_blocks WHERE expires_at <= @now", new { now });
        await session.ExecuteAsync("""
            INSERT INTO sign_up_blocks (address_hash, expires_at) VALUES (@hash, @until)
            ON CONFLICT (address_hash) DO UPDATE SET expires_at = excluded.expires_at
            """, new { hash = ComputeHash(address), until = now + Duration });
    }

    public Task<bool> ContainsAsync(Session session, EmailAddress address) => session.SingleAsync<bool>("""
        SELECT EXISTS (SELECT 1 FROM sign_up_blocks WHERE address_hash = @hash AND expires_at > @now)
        """, new { hash = ComputeHash(address), now = clock.GetUtcNow() });

    // Uses the oldest key, so that a key rotation does not lift the blocks.
    private string ComputeHash(EmailAddress address) => Convert.ToHexStringLower(HMACSHA256.HashData(
        keys.All[0].Secret, Encoding.UTF8.GetBytes($"sign-up-block:{Mailbox.From(address).Key}")));
}
