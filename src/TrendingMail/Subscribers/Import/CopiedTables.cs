using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>
/// For PostgreSQL, where each statement is a way to the server and back. What is known of the addresses of many lines is asked at
/// once; new rows get their ids from blocks that were taken from the sequences, wait here, and go over by COPY. No other writer is
/// at work meanwhile, see <see cref="PostgreSqlDialect.BeginWriteAsync"/>, so that what was asked stays true.
/// </summary>
internal sealed class CopiedTables(Session session, ErasedAddresses erased) : ImportTables
{
    /// <summary>Where the address's key is in a row, behind the id.</summary>
    private static readonly int KeyColumn = 1 + Array.IndexOf(ReaderColumns, "address_key");

    private readonly Dictionary<string, KnownReader> known = [];
    private readonly HashSet<string> suppressed = [];
    private readonly HashSet<string> gone = [];
    private readonly IdBlocks readerIds = new(session, "subscribers");
    private readonly IdBlocks consentIds = new(session, "consent_events");
    private readonly List<object?[]> readers = [];
    private readonly List<object?[]> consent = [];
    private readonly List<object?[]> interests = [];
    private readonly Dictionary<long, (string State, string? PausedUntil, long? NextDueAt)> states = [];

    private bool usesIndexes;

    public override async Task LookAheadAsync(IEnumerable<string> keys, bool forSuppressions, bool forErasures)
    {
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
    }

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
        // In the order of the index of addresses: each of its pages is then sought once.
        readers.Sort((one, other) => string.CompareOrdinal((string)one[KeyColumn]!, (string)other[KeyColumn]!));
        await CopyAsync("subscribers", ["id", .. ReaderColumns], readers);
        await CopyAsync("consent_events", ["id", .. ConsentColumns], consent);
        await CopyAsync("interests", InterestColumns, interests);
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

    protected override void Dispose(bool disposing)
    {
        // Nothing of the engine is held.
    }

    private async Task CopyAsync(string table, string[] columns, List<object?[]> rows)
    {
        if (rows.Count > 0)
        {
            await session.InsertManyAsync(table, columns, rows);
            rows.Clear();
        }
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string AddressKey { get; init; }

        public required SubscriberState State { get; init; }
    }
}
