namespace TrendingMail.Links;

/// <summary>
/// The keys that sign links. The newest signs; older ones still verify. A running process picks up keys that another
/// process adds to the store.
/// </summary>
public sealed class KeyRing
{
    /// <summary>How soon a running process signs with an added key. (It verifies with it at once.)</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long an unknown key id is not looked up again: anyone can send links with made-up key ids.
    /// </summary>
    private static readonly TimeSpan MissRetryInterval = TimeSpan.FromSeconds(1);

    private readonly KeyStore store;
    private readonly TimeProvider clock;
    private readonly Lock refreshLock = new();
    private volatile LoadedKeys loadedKeys;
    private long? missedAt;

    private KeyRing(KeyStore store, TimeProvider clock)
    {
        this.store = store;
        this.clock = clock;
        loadedKeys = new LoadedKeys([.. store.ReadOrCreate()], clock.GetTimestamp());
    }

    /// <summary>The key that signs new links.</summary>
    public LinkKey Current
    {
        get
        {
            // One thread refreshes; the others continue with the keys they have.
            if (clock.GetElapsedTime(loadedKeys.LoadedAt) > RefreshInterval && refreshLock.TryEnter())
            {
                try
                {
                    Refresh();
                }
                finally
                {
                    refreshLock.Exit();
                }
            }

            return loadedKeys.Keys[^1];
        }
    }

    /// <summary>All keys, oldest first. All of them verify.</summary>
    public IReadOnlyList<LinkKey> All => loadedKeys.Keys;

    /// <summary>Opens the ring, creating the first key if the store is empty.</summary>
    /// <exception cref="TrendingMailException">The keys cannot be read, written or parsed.</exception>
    public static KeyRing Open(KeyStore store, TimeProvider clock) => new(store, clock);

    /// <summary>Opens a ring stored in a file.</summary>
    /// <inheritdoc cref="Open(KeyStore, TimeProvider)"/>
    public static KeyRing Open(string path, TimeProvider clock) => Open(new FileKeyStore(path, clock), clock);

    public LinkKey? Find(ushort id)
    {
        if (loadedKeys.Find(id) is { } key)
        {
            return key;
        }

        lock (refreshLock)
        {
            if (loadedKeys.Find(id) is null &&
                (missedAt is not { } missed || clock.GetElapsedTime(missed) >= MissRetryInterval))
            {
                Refresh();
                missedAt = loadedKeys.Find(id) is null ? clock.GetTimestamp() : null;
            }
        }

        return loadedKeys.Find(id);
    }

    /// <summary>
    /// Reloads the keys from the store. If the store is missing, damaged or unavailable, the loaded keys stay in use.
    /// </summary>
    private void Refresh()
    {
        var keys = loadedKeys.Keys;
        try
        {
            keys = store.Read() is { Count: > 0 } found ? [.. found] : keys;
        }
        catch (TrendingMailException)
        {
            // Keep the loaded keys: a broken store is reported by whatever needs more from it than these keys.
        }

        loadedKeys = new LoadedKeys(keys, clock.GetTimestamp());
    }

    private sealed record LoadedKeys(LinkKey[] Keys, long LoadedAt)
    {
        public LinkKey? Find(ushort id) => Array.Find(Keys, key => key.Id == id);
    }
}
