using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>Creates the import store of the database engine for one transaction.</summary>
public delegate ImportStore ImportStoreFactory(Session session, ErasedAddressStore erased);

/// <summary>
/// The reads and writes of an import in one transaction, in the way that is fastest for the database. Reads see earlier
/// writes, but rows may be buffered until <see cref="FlushAsync"/>.
/// </summary>
public abstract class ImportStore : IAsyncDisposable
{

    /// <summary>
    /// Prefetches the subscribers of the next lines, and on request their suppressions and erasures.
    /// </summary>
    public virtual Task PrefetchAsync(IEnumerable<string> keys, bool forSuppressions, bool forErasures) =>
        Task.CompletedTask;

    /// <summary>Waits until the session can execute other statements.</summary>
    public virtual Task WaitUntilIdleAsync() => Task.CompletedTask;

    /// <summary>Finds the subscriber with an address; null if there is none.</summary>
    public abstract ValueTask<ExistingSubscriber?> FindAsync(string key);

    public abstract ValueTask<bool> IsSuppressedAsync(string key);

    public abstract ValueTask<bool> IsErasedAsync(string key);

    /// <summary>Makes a suppression that was just written visible to later lines.</summary>
    public virtual void TrackSuppression(string key)
    {
    }

    /// <returns>The new subscriber's id; null, with nothing changed, if a subscriber with the address exists.</returns>
    /// <param name="values">In the order of <see cref="SubscriberTables.Subscribers"/>.</param>
    public abstract ValueTask<long?> AddSubscriberAsync(string key, SubscriberState state, params object?[] values);

    /// <returns>The event's id.</returns>
    /// <param name="values">In the order of <see cref="SubscriberTables.ConsentEvents"/>.</param>
    public abstract ValueTask<long> AddConsentAsync(params object?[] values);

    /// <param name="values">In the order of <see cref="InterestStore.Rows"/>.</param>
    public abstract ValueTask AddInterestAsync(params object?[] values);

    public abstract ValueTask SetStateAsync(string key, ExistingSubscriber subscriber, ImportedState state);

    /// <summary>Writes all buffered rows to the database.</summary>
    public virtual Task FlushAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}

/// <summary>A subscriber who existed before the current line.</summary>
public readonly record struct ExistingSubscriber(long Id, SubscriberState State);
