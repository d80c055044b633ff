using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// What an import reads and writes line by line, in one transaction, in the way that is the fastest of the engine. What was
/// written is seen by what is asked later; it may be with the engine only after <see cref="FlushAsync"/>.
/// </summary>
internal abstract class ImportTables : IAsyncDisposable
{
    /// <summary>In this order are the values of a new reader given.</summary>
    protected static readonly string[] ReaderColumns =
    [
        "address", "address_key", "state", "frequency", "weekday", "send_at", "time_zone", "papers", "format", "language",
        "paused_until", "created_at", "next_due_at", "profile",
    ];

    protected static readonly string[] ConsentColumns = ["subscriber_id", "kind", "at", "origin", "network", "text"];

    protected static readonly string[] InterestColumns = ["subscriber_id", "kind", "key", "value", "weight"];

    public static ImportTables Of(Session session, ErasedAddresses erased) => session.Dialect.Name switch
    {
        "Sqlite" => new PreparedTables(session, erased),
        "PostgreSql" => new CopiedTables(session, erased),
        _ => throw new NotSupportedException($"The import is not written for {session.Dialect.Name}."),
    };

    /// <summary>Told the addresses that the next lines will ask for, and whether also for their suppressions and erasures.</summary>
    public virtual Task LookAheadAsync(IEnumerable<string> keys, bool forSuppressions, bool forErasures) => Task.CompletedTask;

    /// <summary>Waits until the session is free for other statements.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>The reader who has an address; null where there is none.</summary>
    public abstract ValueTask<KnownReader?> FindAsync(string key);

    public abstract ValueTask<bool> IsSuppressedAsync(string key);

    public abstract ValueTask<bool> IsErasedAsync(string key);

    /// <summary>From now on this address is suppressed; it has been written down already.</summary>
    public virtual void NoteSuppression(string key)
    {
    }

    /// <returns>The new reader's id; null, with nothing changed, where the address is a reader's already.</returns>
    public abstract ValueTask<long?> AddReaderAsync(string key, SubscriberState state, params object?[] values);

    /// <returns>The event's id.</returns>
    public abstract ValueTask<long> AddConsentAsync(params object?[] values);

    public abstract ValueTask AddInterestAsync(params object?[] values);

    public abstract ValueTask SetStateAsync(string key, KnownReader reader, SubscriberState state, string? pausedUntil, long? nextDueAt);

    /// <summary>Gives the engine what it does not have yet.</summary>
    public virtual Task FlushAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}

/// <summary>A reader who was there before a line of a list was.</summary>
internal readonly record struct KnownReader(long Id, SubscriberState State);
