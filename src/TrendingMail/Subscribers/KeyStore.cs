using System.Security.Cryptography;

namespace TrendingMail.Subscribers;

/// <summary>
/// Where the keys that sign links are kept: <see cref="KeyTable"/> for nodes that share a database, <see cref="KeyFile"/> for a
/// program that is alone. Each method throws <see cref="TrendingMailException"/> where the keys cannot be read, written or understood.
/// </summary>
public abstract class KeyStore(TimeProvider clock)
{
    private const int SecretLength = 32;

    /// <summary>Where that is, for messages.</summary>
    public abstract string Place { get; }

    /// <summary>The keys, the oldest first; none where none was made yet.</summary>
    public abstract IReadOnlyList<LinkKey> Read();

    /// <summary>The keys; where there is none, a first one, and the same for all who ask at once.</summary>
    public abstract IReadOnlyList<LinkKey> ReadOrMake();

    /// <summary>Adds a key, which signs from now on; the others still verify.</summary>
    public abstract LinkKey Add();

    /// <summary>A new key behind others.</summary>
    protected LinkKey Next(IReadOnlyList<LinkKey> keys) => keys is [.., { Id: ushort.MaxValue }]
        ? throw new TrendingMailException($"The key ring {Place} has no number left for another key.")
        : new LinkKey((ushort)(keys.Count == 0 ? 1 : keys[^1].Id + 1), clock.GetUtcNow(), RandomNumberGenerator.GetBytes(SecretLength));

    protected static bool IsUsable(IReadOnlyList<LinkKey> keys) =>
        keys.All(key => key.Secret.Length >= SecretLength) && keys.DistinctBy(key => key.Id).Count() == keys.Count;

    protected TrendingMailException Damaged(Exception fault) => new(
        $"The key ring {Place} is damaged; restore it from a backup. Without it no link in a mail that was sent " +
        "can be read; a new one is made if it is moved away.", fault);
}
