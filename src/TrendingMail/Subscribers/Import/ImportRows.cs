using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>The statements of an import in one transaction: prepared once, run for each line.</summary>
internal sealed class ImportRows : IDisposable
{
    private const string Origin = "import";

    private readonly Session session;
    private readonly ErasedAddresses erased;
    private readonly ImportOptions options;
    private readonly DateTimeOffset now;
    private readonly bool hasErased;
    private bool hasSuppressions;
    private readonly Dictionary<(Preferences, DateOnly?), long> due = [];
    private readonly Statement find;
    private readonly Statement findSuppression;
    private readonly Statement insert;
    private readonly Statement insertConsent;
    private readonly Statement insertInterest;
    private readonly Statement setState;

    private ImportRows(
        Session session, ErasedAddresses erased, ImportOptions options, DateTimeOffset now, bool hasSuppressions, bool hasErased)
    {
        this.session = session;
        this.erased = erased;
        this.options = options;
        this.now = now;
        this.hasSuppressions = hasSuppressions;
        this.hasErased = hasErased;
        find = session.Prepare("SELECT id, state FROM subscribers WHERE address_key = @key", "@key");
        findSuppression = session.Prepare("SELECT 1 FROM suppressions WHERE address_key = @key", "@key");
        insert = session.Prepare("""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers, format, language,
                paused_until, created_at, next_due_at, profile)
            VALUES (@address, @key, @state, @frequency, @weekday, @sendAt, @timeZone, @papers, @format, @language,
                @pausedUntil, @createdAt, @nextDueAt, @profile)
            ON CONFLICT (address_key) DO NOTHING
            """,
            "@address", "@key", "@state", "@frequency", "@weekday", "@sendAt", "@timeZone", "@papers", "@format", "@language",
            "@pausedUntil", "@createdAt", "@nextDueAt", "@profile");
        insertConsent = session.Prepare("""
            INSERT INTO consent_events (subscriber_id, kind, at, origin, network, text)
            VALUES (@subscriberId, @kind, @at, @origin, @network, @text)
            """, "@subscriberId", "@kind", "@at", "@origin", "@network", "@text");
        insertInterest = session.Prepare("""
            INSERT INTO interests (subscriber_id, kind, key, value, weight) VALUES (@subscriberId, @kind, @key, @value, @weight)
            """, "@subscriberId", "@kind", "@key", "@value", "@weight");
        setState = session.Prepare("""
            UPDATE subscribers SET state = @state, paused_until = @pausedUntil, next_due_at = @nextDueAt WHERE id = @id
            """, "@state", "@pausedUntil", "@nextDueAt", "@id");
    }

    public static async Task<ImportRows> OpenAsync(
        Session session, ErasedAddresses erased, ImportOptions options, DateTimeOffset now) => new(
            session, erased, options, now,
            await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM suppressions)"),
            await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM erased)"));

    /// <summary>Does with a line's reader what is to be done; in a dry run only tells it.</summary>
    /// <returns>What, and who is to be asked to confirm by which event, where someone is.</returns>
    public async Task<(ImportAction Action, (long Subscriber, long Event)? Ask)> TakeAsync(ListedReader reader)
    {
        // Most readers of a list are new: then the insert itself tells it, and nothing need be looked up before.
        if (!options.DryRun && !hasSuppressions && !hasErased && !reader.IsSuppressionOnly
            && await InsertAsync(reader) is { } added)
        {
            return (ImportAction.Add, await AddHistoryAsync(added, reader));
        }

        var (action, id) = await DecideAsync(reader);
        return (action, options.DryRun ? null : await ApplyAsync(reader, action, id));
    }

    /// <summary>From now on the addresses of this transaction's lines are looked for among the suppressed.</summary>
    public void NoteSuppression() => hasSuppressions = true;

    /// <returns>What to do, and the id of the reader who has the address; 0 where there is none.</returns>
    private async Task<(ImportAction Action, long Id)> DecideAsync(ListedReader reader)
    {
        var key = reader.Address.Key;
        var known = await find.FirstAsync(key);
        var isErased = known is null && hasErased && await erased.FindAsync(session, key) is not null;
        if (reader.IsSuppressionOnly)
        {
            return (isErased ? ImportAction.Erased : ImportAction.SuppressionOnly, 0);
        }

        var isSuppressed = hasSuppressions && await findSuppression.FirstAsync(key) is not null;
        var state = known is null ? (SubscriberState?)null : ColumnTypes.FromColumn<SubscriberState>((string)known[1]!);
        return (ImportDecision.Of(state, isSuppressed, isErased, ImportDecision.Wanted(reader, options.Confirmed)),
            known is null ? 0 : (long)known[0]!);
    }

    /// <returns>Whether the reader is to be asked to confirm: the event that says so; null where not.</returns>
    private async Task<(long Subscriber, long Event)?> ApplyAsync(ListedReader reader, ImportAction action, long id)
    {
        switch (action)
        {
            case ImportAction.Add:
                return await InsertAsync(reader) is { } added ? await AddHistoryAsync(added, reader) : null;
            case ImportAction.Confirm:
                var state = ImportDecision.Wanted(reader, options.Confirmed);
                await setState.ExecuteAsync(state.ToColumn(), Day(reader.PausedUntil), Due(reader, state), id);
                await AddConsentAsync(id, reader, ConsentKind.Imported);
                return null;
            case ImportAction.OptOut:
                await setState.ExecuteAsync(SubscriberState.Unsubscribed.ToColumn(), null, null, id);
                await AddConsentAsync(id, reader, ConsentKind.Unsubscribed);
                return null;
            default:
                return null;
        }
    }

    public void Dispose()
    {
        foreach (var statement in (IEnumerable<Statement>)[find, findSuppression, insert, insertConsent, insertInterest, setState])
        {
            statement.Dispose();
        }
    }

    /// <returns>The reader's id; null where the address is a reader's already.</returns>
    private async Task<long?> InsertAsync(ListedReader reader)
    {
        var state = ImportDecision.Wanted(reader, options.Confirmed);
        var interests = reader.Interests.Count == 0 ? []
            : reader.Interests.Where(i => i.Weight != 0).GroupBy(i => (i.Kind, i.Key)).Select(same => same.Last()).ToArray();
        var preferences = reader.Preferences;
        var id = await insert.InsertAsync(
            reader.Address.Value, reader.Address.Key, state.ToColumn(), preferences.Frequency.ToColumn(),
            preferences.Weekday.ToColumn(), preferences.SendAt.ToString("HH:mm", CultureInfo.InvariantCulture),
            preferences.TimeZone, (long)preferences.Papers, preferences.Format.ToColumn(), preferences.Language,
            Day(reader.PausedUntil), (reader.CreatedAt ?? now).ToUnixTimeMilliseconds(), Due(reader, state),
            interests.Length == 0 ? "" : Interest.ProfileOf(interests));
        if (id is null)
        {
            return null;
        }

        foreach (var interest in interests)
        {
            await insertInterest.ExecuteAsync(id, interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight);
        }

        return id;
    }

    private async Task<(long Subscriber, long Event)?> AddHistoryAsync(long id, ListedReader reader)
    {
        var state = ImportDecision.Wanted(reader, options.Confirmed);
        foreach (var e in reader.Consent)
        {
            await AddConsentAsync(id, e.Kind, e.At, e.Origin, e.Network, e.Text);
        }

        // Who was asked before, and has the time to answer still, is not asked again.
        var wasAsked = reader.State == SubscriberState.Pending && reader.Consent.Count > 0;
        if (state == SubscriberState.Pending)
        {
            return wasAsked ? null : (id, await AddConsentAsync(id, ConsentKind.Requested, now, Origin, null, null));
        }

        if (state == SubscriberState.Unsubscribed ? reader.Consent.Count == 0 : !reader.HasConsented)
        {
            await AddConsentAsync(id, reader, state == SubscriberState.Unsubscribed ? ConsentKind.Unsubscribed : ConsentKind.Imported);
        }

        return null;
    }

    private Task<long> AddConsentAsync(long id, ListedReader reader, ConsentKind kind) => AddConsentAsync(
        id, kind, reader.ConsentAt ?? now, Origin, reader.ConsentNetwork, $"list {options.Name}");

    private async Task<long> AddConsentAsync(
        long id, ConsentKind kind, DateTimeOffset at, string origin, string? network, string? text) =>
        (await insertConsent.InsertAsync(id, kind.ToColumn(), at.ToUnixTimeMilliseconds(), origin, network, text))!.Value;

    /// <summary>Of a million readers most have their digest at the same hour as many others.</summary>
    private long? Due(ListedReader reader, SubscriberState state)
    {
        if (state is not (SubscriberState.Active or SubscriberState.Paused))
        {
            return null;
        }

        var key = (reader.Preferences with { Papers = 0, Language = "" }, reader.PausedUntil);
        return due.TryGetValue(key, out var known) ? known
            : due[key] = DueTime.Next(reader.Preferences, reader.PausedUntil, now).ToUnixTimeMilliseconds();
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
