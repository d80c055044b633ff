using System.Security.Cryptography;

namespace TrendingMail.Links;

/// <summary>
/// Stores the keys that sign links: <see cref="DatabaseKeyStore"/> for nodes that share a database, <see
/// cref="FileKeyStore"/> for a single process. Every method throws <see cref="TrendingMailException"/> if the keys
/// cannot be read, written or parsed.
/// </summary>
public abstract class KeyStore(TimeProvider clock)
{
    private const int SecretLength = 32;

    /// <summary>The location of the keys, for messages.</summary>
    public abstract string Location { get; }

    /// <summary>The files that hold the keys; they need not exist.</summary>
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>Reads the keys, oldest first; empty if none has been created.</summary>
    public abstract IReadOnlyList<LinkKey> Read();

    /// <summary>Reads the keys, creating the first one if there is none. Concurrent callers get the same key.</summary>
    public abstract IReadOnlyList<LinkKey> ReadOrCreate();

    /// <summary>Adds a key, which signs from now on. Older keys still verify.</summary>
    public abstract LinkKey Add();

    /// <summary>Creates a key with the next id.</summary>
    protected LinkKey CreateNext(IReadOnlyList<LinkKey> keys) => keys is [.., { Id: ushort.MaxValue }]
        ? throw new TrendingMailException($"The key ring {Location} has no key ids left.")
        : new LinkKey((ushort)(keys.Count == 0 ? 1 : keys[^1].Id + 1), clock.GetUtcNow(),
            RandomNumberGenerator.GetBytes(SecretLength));

    protected static bool AreValid(IReadOnlyList<LinkKey> keys) =>
        keys.All(key => key.Secret.Length >= SecretLength) && keys.DistinctBy(key => key.Id).Count() == keys.Count;

    protected TrendingMailException CreateDamagedException(Exception innerException) => new(
        $"The key ring {Location} is damaged. Restore it from a backup: without it, no link in mail already sent " +
            "works. If you move it away, a new one is created.", innerException);
}
