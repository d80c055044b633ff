using TrendingMail.Storage;
using TrendingMail.Storage.PostgreSql;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>
/// For PostgreSQL, where every statement costs a round trip: looks up the addresses of many lines at once, assigns new
/// rows ids from reserved sequence blocks, buffers the rows and writes them with COPY. The lookups stay valid because
/// no other writer runs at the same time, see <see cref="PostgreSqlDialect.BeginWriteAsync"/>. Processing the next
/// lines overlaps with the COPY of the previous ones.
/// </summary>
internal sealed class PostgreSqlImportStore : ImportStore
{
    private static readonly TableRows SubscriberTable = SubscriberTables.Subscribers.WithId();

    private static readonly TableRows ConsentTable = SubscriberTables.ConsentEvents.WithId();

    private static readonly int AddressKeyColumn = SubscriberTable.IndexOf("address_key");

    private readonly Dictionary<string, ExistingSubscriber> existing = [];
    private readonly HashSet<string> suppressedKeys = [];
    private readonly HashSet<string> erasedKeys = [];
    private readonly Session session;
    private readonly ErasedAddressStore erased;
    private readonly SequenceIdAllocator subscriberIds;
    private readonly SequenceIdAllocator consentIds;
    private readonly Dictionary<long, ImportedState> states = [];

    private List<object?[]> subscribers = [];
    private List<object?[]> consent = [];
    private List<object?[]> interests = [];

    /// <summary>The COPY in progress; the session cannot execute other statements until it has completed.</summary>
    private Task pendingCopy = Task.CompletedTask;

    private bool prefersIndexScans;

    public PostgreSqlImportStore(Session session, ErasedAddressStore erased)
    {
        this.session = session;
        this.erased = erased;
        subscriberIds = new SequenceIdAllocator(session, SubscriberTable.Table, WaitUntilIdleAsync);
        consentIds = new SequenceIdAllocator(session, ConsentTable.Table, WaitUntilIdleAsync);
    }

    public override async Task PrefetchAsync(IEnumerable<string> keys, bool forSuppressions, bool forErasures)
    {
        await WaitUntilIdleAsync();
        if (!prefersIndexScans)
        {
            // Plans made while the tables are nearly empty would scan them sequentially for each chunk, until their
            // statistics are updated.
            await session.ExecuteAsync("SELECT set_config('enable_seqscan', 'off', TRUE)");
            prefersIndexScans = true;
        }

        var addressKeys = keys.ToArray();
        foreach (var row in await session.QueryAsync<Row>("""
            SELECT id, address_key, state FROM subscribers WHERE address_key IN @addressKeys
            """, new { addressKeys }))
        {
            // TryAdd: keep the state of subscribers that this transaction has changed.
            existing.TryAdd(row.AddressKey, new ExistingSubscriber(row.Id, row.State));
        }

        if (forSuppressions)
        {
            suppressedKeys.UnionWith(await session.QueryAsync<string>("""
                SELECT address_key FROM suppressions WHERE address_key IN @addressKeys
                """, new { addressKeys }));
        }

        if (forErasures)
        {
            erasedKeys.UnionWith(await erased.FilterErasedAsync(session, addressKeys));
        }

        await subscriberIds.ReserveAsync(addressKeys.Length);
        await consentIds.ReserveAsync(addressKeys.Length);
        pendingCopy = CopyAsync();
    }

    public override Task WaitUntilIdleAsync() => pendingCopy;

    public override ValueTask<ExistingSubscriber?> FindAsync(string key) =>
        ValueTask.FromResult(existing.TryGetValue(key, out var subscriber) ? subscriber : (ExistingSubscriber?)null);

    public override ValueTask<bool> IsSuppressedAsync(string key) => ValueTask.FromResult(suppressedKeys.Contains(key));

    public override ValueTask<bool> IsErasedAsync(string key) => ValueTask.FromResult(erasedKeys.Contains(key));

    public override void TrackSuppression(string key) => suppressedKeys.Add(key);

    public override async ValueTask<long?> AddSubscriberAsync(
        string key, SubscriberState state, params object?[] values)
    {
        if (existing.ContainsKey(key))
        {
            return null;
        }

        var id = await subscriberIds.NextAsync();
        existing.Add(key, new ExistingSubscriber(id, state));
        subscribers.Add([id, .. values]);
        return id;
    }

    public override async ValueTask<long> AddConsentAsync(params object?[] values)
    {
        var id = await consentIds.NextAsync();
        consent.Add([id, .. values]);
        return id;
    }

    public override ValueTask AddInterestAsync(params object?[] values)
    {
        interests.Add(values);
        return ValueTask.CompletedTask;
    }

    public override ValueTask SetStateAsync(string key, ExistingSubscriber subscriber, ImportedState state)
    {
        existing[key] = subscriber with { State = state.State };
        states[subscriber.Id] = state;
        return ValueTask.CompletedTask;
    }

    public override async Task FlushAsync()
    {
        await WaitUntilIdleAsync();
        await CopyAsync();
        if (states.Count > 0)
        {
            await SubscriberTables.SetStatesAsync(session, states);
            states.Clear();
        }
    }

    public override async ValueTask DisposeAsync() =>
        // After a failure, the COPY must end before the transaction does.
        await pendingCopy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task CopyAsync()
    {
        var (newSubscribers, newConsent, newInterests) = (subscribers, consent, interests);
        (subscribers, consent, interests) = ([], [], []);

        // In index order, so that each page of the address index is visited once.
        newSubscribers.Sort(
            (one, other) => string.CompareOrdinal((string)one[AddressKeyColumn]!, (string)other[AddressKeyColumn]!));
        await CopyAsync(SubscriberTable, newSubscribers);
        await CopyAsync(ConsentTable, newConsent);
        await CopyAsync(InterestStore.Rows, newInterests);
    }

    private async Task CopyAsync(TableRows table, List<object?[]> rows)
    {
        if (rows.Count > 0)
        {
            await Task.Run(() => table.InsertAsync(session, rows));
        }
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string AddressKey { get; init; }

        public required SubscriberState State { get; init; }
    }
}
