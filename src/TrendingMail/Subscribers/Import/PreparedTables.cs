using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>Statements that are prepared once and run for each line: for an engine in the same process.</summary>
internal sealed class PreparedTables(Session session, ErasedAddresses erased) : ImportTables
{
    private readonly Statement find = session.Prepare("SELECT id, state FROM subscribers WHERE address_key = @key", "@key");

    private readonly Statement findSuppression = session.Prepare("SELECT 1 FROM suppressions WHERE address_key = @key", "@key");

    private readonly Statement insert = Insert(session, "subscribers", ReaderColumns, "ON CONFLICT (address_key) DO NOTHING");

    private readonly Statement insertConsent = Insert(session, "consent_events", ConsentColumns);

    private readonly Statement insertInterest = Insert(session, "interests", InterestColumns);

    private readonly Statement setState = session.Prepare("""
        UPDATE subscribers SET state = @state, paused_until = @pausedUntil, next_due_at = @nextDueAt WHERE id = @id
        """, "@state", "@pausedUntil", "@nextDueAt", "@id");

    public override async ValueTask<KnownReader?> FindAsync(string key) => await find.FirstAsync(key) is [long id, string state]
        ? new KnownReader(id, ColumnTypes.FromColumn<SubscriberState>(state))
        : null;

    public override async ValueTask<bool> IsSuppressedAsync(string key) => await findSuppression.FirstAsync(key) is not null;

    public override async ValueTask<bool> IsErasedAsync(string key) => await erased.FindAsync(session, key) is not null;

    // Most readers of a list are new: the insert itself tells it, and nothing need be looked up before.
    public override async ValueTask<long?> AddReaderAsync(string key, SubscriberState state, params object?[] values) =>
        await insert.InsertAsync(values);

    public override async ValueTask<long> AddConsentAsync(params object?[] values) => (await insertConsent.InsertAsync(values))!.Value;

    public override async ValueTask AddInterestAsync(params object?[] values) => await insertInterest.ExecuteAsync(values);

    public override async ValueTask SetStateAsync(
        string key, KnownReader reader, SubscriberState state, string? pausedUntil, long? nextDueAt) =>
        await setState.ExecuteAsync(state.ToColumn(), pausedUntil, nextDueAt, reader.Id);

    public override ValueTask DisposeAsync()
    {
        foreach (var statement in (IEnumerable<Statement>)[find, findSuppression, insert, insertConsent, insertInterest, setState])
        {
            statement.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static Statement Insert(Session session, string table, string[] columns, string conflict = "")
    {
        string[] names = [.. columns.Select(column => $"@{column}")];
        return session.Prepare(
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)}) {conflict}", names);
    }
}
