namespace TrendingMail.Subscribers;

/// <summary>
/// The keys that sign links. The newest signs; older ones still verify. A program that runs takes up a key that another one
/// added to the store.
/// </summary>
public sealed class KeyRing
{
    /// <summary>How soon a running program signs with a key that was added. (It verifies by it at once.)</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>How soon it looks for a key once more after one was not found: anyone can make a link that names any.</summary>
    private static readonly TimeSpan MissAgain = TimeSpan.FromSeconds(1);

    private readonly KeyStore store;
    private readonly TimeProvider clock;
    private readonly Lock looking = new();
    private volatile Loaded loaded;
    private long? missedAt;

    private KeyRing(KeyStore store, TimeProvider clock)
    {
        this.store = store;
        this.clock = clock;
        loaded = new Loaded([.. store.ReadOrMake()], clock.GetTimestamp());
    }

    /// <summary>The key that signs new links.</summary>
    public LinkKey Current
    {
        get
        {
            // One looks; the others go on with what they have.
            if (clock.GetElapsedTime(loaded.LookedAt) > LookAgain && looking.TryEnter())
            {
                try
                {
                    Look();
                }
                finally
                {
                    looking.Exit();
                }
            }

            return loaded.Keys[^1];
        }
    }

    /// <summary>Every key that still verifies, the oldest first.</summary>
    public IReadOnlyList<LinkKey> All => loaded.Keys;

    /// <summary>Opens the ring; makes a first key where the store has none.</summary>
    /// <exception cref="TrendingMailException">The store cannot be read, written or understood.</exception>
    public static KeyRing Open(KeyStore store, TimeProvider clock) => new(store, clock);

    /// <summary>Opens a ring that lies in a file.</summary>
    /// <inheritdoc cref="Open(KeyStore, TimeProvider)"/>
    public static KeyRing Open(string path, TimeProvider clock) => Open(new KeyFile(path, clock), clock);

    public LinkKey? Find(ushort id)
    {
        if (loaded.Find(id) is { } key)
        {
            return key;
        }

        lock (looking)
        {
            if (loaded.Find(id) is null && (missedAt is not { } missed || clock.GetElapsedTime(missed) >= MissAgain))
            {
                Look();
                missedAt = loaded.Find(id) is null ? clock.GetTimestamp() : null;
            }
        }

        return loaded.Find(id);
    }

    /// <summary>Takes up what was added to the store. One that is gone, damaged or out of reach changes nothing: the keys at hand still hold.</summary>
    private void Look()
    {
        var keys = loaded.Keys;
        try
        {
            keys = store.Read() is { Count: > 0 } found ? [.. found] : keys;
        }
        catch (TrendingMailException)
        {
            // Whoever needs more than these keys of the database is told.
        }

        loaded = new Loaded(keys, clock.GetTimestamp());
    }

    private sealed record Loaded(LinkKey[] Keys, long LookedAt)
    {
        public LinkKey? Find(ushort id) => Array.Find(Keys, key => key.Id == id);
    }
}
