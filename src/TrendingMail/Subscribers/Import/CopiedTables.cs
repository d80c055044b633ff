using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// For PostgreSQL, where each statement is a way to the server and back. What is known of the addresses of many lines is asked at
/// once; new rows get their ids from blocks that were taken from the sequences, wait here, and go over by COPY. No other writer is
/// at work meanwhile, see <see cref="PostgreSqlDialect.BeginWriteAsync"/>, so that what was asked stays true. While rows go over, it
/// is decided about the next lines.
/// </summary>
internal sealed class CopiedTables : ImportTables
{
    /// <summary>Where the address's key is in a row, behind the id.</summary>
    private static readonly int KeyColumn = 1 + Array.IndexOf(ReaderColumns, "address_key");

    private readonly Dictionary<string, KnownReader> known = [];
    private readonly HashSet<string> suppressed = [];
    private readonly HashSet<string> gone = [];
    private readonly Session session;
    private readonly ErasedAddresses erased;
    private readonly IdBlocks readerIds;
    private readonly IdBlocks consentIds;
    private readonly Dictionary<long, (string State, string? PausedUntil, long? NextDueAt)> states = [];

    private List<object?[]> readers = [];
    private List<object?[]> consent = [];
    private List<object?[]> interests = [];

    /// <summary>The rows that go over now; until it has ended, nothing else may be asked of the session.</summary>
    private Task copying = Task.CompletedTask;

    private bool usesIndexes;

    public CopiedTables(Session session, ErasedAddresses erased)
    {
        this.session = session;
        this.erased = erased;
        readerIds = new IdBlocks(session, "subscribers", SettleAsync);
        consentIds = new IdBlocks(session, "consent_events", SettleAsync);
    }

    public override async Task LookAheadAsync(IEnumerable<string> keys, bool forSuppressions, bool forErasures)
    {
        await SettleAsync();
        if (!usesIndexes)
        {
            // A plan that was made while the tables were all but empty would read the whole of them for each chunk, until their
            // statistics are known.
            await session.ExecuteAsync("SELECT set_config('enable_seqscan', 'off', TRUE)");
            usesIndexes = true;
        }

        var asked = keys.ToArray();
        foreach (var row in await session.QueryAsync<Row>("""
            SELECT id, address_key, state FROM subscribers WHERE address_key IN @asked
            """, new { asked }))
        {
            // Whose state was changed meanwhile is known as what they became.
            known.TryAdd(row.AddressKey, new KnownReader(row.Id, row.State));
        }

        if (forSuppressions)
        {
            suppressed.UnionWith(await session.QueryAsync<string>("""
                SELECT address_key FROM suppressions WHERE address_key IN @asked
                """, new { asked }));
        }

        if (forErasures)
        {
            gone.UnionWith(await erased.AmongAsync(session, asked));
        }

        await readerIds.ReserveAsync(asked.Length);
        await consentIds.ReserveAsync(asked.Length);
        copying = CopyAsync();
    }

    public override Task SettleAsync() => copying;

    public override ValueTask<KnownReader?> FindAsync(string key) =>
        ValueTask.FromResult(known.TryGetValue(key, out var reader) ? reader : (KnownReader?)null);

    public override ValueTask<bool> IsSuppressedAsync(string key) => ValueTask.FromResult(suppressed.Contains(key));

    public override ValueTask<bool> IsErasedAsync(string key) => ValueTask.FromResult(gone.Contains(key));

    public override void NoteSuppression(string key) => suppressed.Add(key);

    public override async ValueTask<long?> AddReaderAsync(string key, SubscriberState state, params object?[] values)
    {
        if (known.ContainsKey(key))
        {
            return null;
        }

        var id = await readerIds.NextAsync();
        known.Add(key, new KnownReader(id, state));
        readers.Add([id, .. values]);
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

    public override ValueTask SetStateAsync(
        string key, KnownReader reader, SubscriberState state, string? pausedUntil, long? nextDueAt)
    {
        known[key] = reader with { State = state };
        states[reader.Id] = (state.ToColumn(), pausedUntil, nextDueAt);
        return ValueTask.CompletedTask;
    }

    public override async Task FlushAsync()
    {
        await SettleAsync();
        await CopyAsync();
        if (states.Count > 0)
        {
            await session.ExecuteAsync("""
                UPDATE subscribers s
                SET state = n.state, paused_until = n.paused_until, next_due_at = n.next_due_at
                FROM unnest(@ids, @newStates, @pauses, @dueTimes) AS n (id, state, paused_until, next_due_at)
                WHERE s.id = n.id
                """, new
            {
                ids = states.Keys.ToArray(),
                newStates = states.Values.Select(state => state.State).ToArray(),
                pauses = states.Values.Select(state => state.PausedUntil).ToArray(),
                dueTimes = states.Values.Select(state => state.NextDueAt).ToArray(),
            });
            states.Clear();
        }
    }

    public override async ValueTask DisposeAsync() =>
        // Where something else failed, what is on its way must end before the transaction does.
        await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task CopyAsync()
    {
        var (newReaders, newConsent, newInterests) = (readers, consent, interests);
        (readers, consent, interests) = ([], [], []);

        // In the order of the index of addresses: each of its pages is then sought once.
        newReaders.Sort((one, other) => string.CompareOrdinal((string)one[KeyColumn]!, (string)other[KeyColumn]!));
        await CopyAsync("subscribers", ["id", .. ReaderColumns], newReaders);
        await CopyAsync("consent_events", ["id", .. ConsentColumns], newConsent);
        await CopyAsync("interests", InterestColumns, newInterests);
    }

    private async Task CopyAsync(string table, string[] columns, List<object?[]> rows)
    {
        if (rows.Count > 0)
        {
            await Task.Run(() => session.InsertManyAsync(table, columns, rows));
        }
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string AddressKey { get; init; }

        public required SubscriberState State { get; init; }
    }
}
