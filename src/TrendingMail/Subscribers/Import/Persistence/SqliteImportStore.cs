using TrendingMail.Storage;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>Executes prepared statements for each line: fast for SQLite, which runs in the same process.</summary>
internal sealed class SqliteImportStore(Session session, ErasedAddressStore erased) : ImportStore
{
    private readonly Statement find = session.Prepare(
        "SELECT id, state FROM subscribers WHERE address_key = @key", "@key");

    private readonly Statement findSuppression = session.Prepare(
        "SELECT 1 FROM suppressions WHERE address_key = @key", "@key");

    private readonly Statement insert = SubscriberTables.PrepareInsert(session);

    private readonly Statement insertConsent = SubscriberTables.ConsentEvents.PrepareInsert(session);

    private readonly Statement insertInterest = InterestStore.Rows.PrepareInsert(session);

    private readonly Statement setState = SubscriberTables.PrepareSetState(session);

    public override async ValueTask<ExistingSubscriber?> FindAsync(string key) =>
        await find.FirstAsync(key) is [long id, string state]
        ? new ExistingSubscriber(id, ColumnTypes.FromColumn<SubscriberState>(state))
        : null;

    public override async ValueTask<bool> IsSuppressedAsync(string key) =>
        await findSuppression.FirstAsync(key) is not null;

    public override async ValueTask<bool> IsErasedAsync(string key) => await erased.FindAsync(session, key) is not null;

    // Most subscribers in a list are new: the insert itself detects existing ones, without a lookup.
    public override async ValueTask<long?> AddSubscriberAsync(
        string key, SubscriberState state, params object?[] values) =>
        await insert.InsertAsync(values);

    public override async ValueTask<long> AddConsentAsync(params object?[] values) =>
        (await insertConsent.InsertAsync(values))!.Value;

    public override async ValueTask AddInterestAsync(params object?[] values) =>
        await insertInterest.ExecuteAsync(values);

    public override async ValueTask SetStateAsync(string key, ExistingSubscriber subscriber, ImportedState state) =>
        await setState.ExecuteAsync(state.State.ToColumn(), state.PausedUntil, state.NextDueAt, subscriber.Id);

    public override ValueTask DisposeAsync()
    {
        foreach (var statement in (IEnumerable<Statement>)[find, findSuppression, insert, insertConsent,
            insertInterest, setState])
        {
            statement.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
