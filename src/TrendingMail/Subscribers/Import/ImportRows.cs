using System.Globalization;
using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Import;

/// <summary>What an import does with the lines of one transaction.</summary>
internal sealed class ImportRows : IAsyncDisposable
{
    private const string Origin = "import";

    private readonly ImportTables tables;
    private readonly ImportOptions options;
    private readonly DateTimeOffset now;
    private readonly bool hasErased;
    private readonly Dictionary<(Preferences, DateOnly?), long> due = [];
    private readonly List<(long Subscriber, long Event)> asked = [];
    private bool hasSuppressions;

    private ImportRows(ImportTables tables, ImportOptions options, DateTimeOffset now, bool hasSuppressions, bool hasErased)
    {
        this.tables = tables;
        this.options = options;
        this.now = now;
        this.hasSuppressions = hasSuppressions;
        this.hasErased = hasErased;
    }

    /// <summary>Who is to be asked to confirm, by which event of the consent history.</summary>
    public IReadOnlyList<(long Subscriber, long Event)> Asked => asked;

    public static async Task<ImportRows> OpenAsync(
        Session session, ErasedAddresses erased, ImportOptions options, DateTimeOffset now) => new(
            ImportTables.Of(session, erased), options, now,
            await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM suppressions)"),
            await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM erased)"));

    /// <summary>Told the lines that come next, before they are taken.</summary>
    public Task LookAheadAsync(IEnumerable<ListLine> lines) => tables.LookAheadAsync(
        lines.Where(line => line.Reader is not null).Select(line => line.Reader!.Address.Key), hasSuppressions, hasErased);

    /// <summary>Does with a line's reader what is to be done; in a dry run only tells it.</summary>
    public async Task<ImportAction> TakeAsync(ListedReader reader)
    {
        // Most readers of a list are new: then their being added tells it, and nothing need be looked up before.
        if (!options.DryRun && !hasSuppressions && !hasErased && !reader.IsSuppressionOnly
            && await InsertAsync(reader) is { } added)
        {
            await AddHistoryAsync(added, reader);
            return ImportAction.Add;
        }

        var (action, known) = await DecideAsync(reader);
        if (!options.DryRun)
        {
            await ApplyAsync(reader, action, known);
        }

        return action;
    }

    /// <summary>From now on the addresses of this transaction's lines are looked for among the suppressed.</summary>
    public void NoteSuppression(EmailAddress address)
    {
        hasSuppressions = true;
        tables.NoteSuppression(address.Key);
    }

    /// <summary>Waits until the session is free for other statements.</summary>
    public Task SettleAsync() => tables.SettleAsync();

    /// <summary>Gives the engine what it does not have yet.</summary>
    public Task FlushAsync() => tables.FlushAsync();

    public ValueTask DisposeAsync() => tables.DisposeAsync();

    /// <returns>What to do, and the reader who has the address, if any.</returns>
    private async Task<(ImportAction Action, KnownReader? Known)> DecideAsync(ListedReader reader)
    {
        var key = reader.Address.Key;
        var known = await tables.FindAsync(key);
        var isErased = known is null && hasErased && await tables.IsErasedAsync(key);
        if (reader.IsSuppressionOnly)
        {
            return (isErased ? ImportAction.Erased : ImportAction.SuppressionOnly, known);
        }

        var isSuppressed = hasSuppressions && await tables.IsSuppressedAsync(key);
        return (ImportDecision.Of(known?.State, isSuppressed, isErased, ImportDecision.Wanted(reader, options.Confirmed)), known);
    }

    private async Task ApplyAsync(ListedReader reader, ImportAction action, KnownReader? known)
    {
        switch (action, known)
        {
            case (ImportAction.Add, _):
                if (await InsertAsync(reader) is { } added)
                {
                    await AddHistoryAsync(added, reader);
                }

                break;
            case (ImportAction.Confirm, { } waiting):
                var state = ImportDecision.Wanted(reader, options.Confirmed);
                await tables.SetStateAsync(reader.Address.Key, waiting, state, Day(reader.PausedUntil), Due(reader, state));
                await AddConsentAsync(waiting.Id, reader, ConsentKind.Imported);
                break;
            case (ImportAction.OptOut, { } leaving):
                await tables.SetStateAsync(reader.Address.Key, leaving, SubscriberState.Unsubscribed, null, null);
                await AddConsentAsync(leaving.Id, reader, ConsentKind.Unsubscribed);
                break;
        }
    }

    /// <returns>The reader's id; null where the address is a reader's already.</returns>
    private async Task<long?> InsertAsync(ListedReader reader)
    {
        var state = ImportDecision.Wanted(reader, options.Confirmed);
        var interests = reader.Interests.Count == 0 ? []
            : reader.Interests.Where(i => i.Weight != 0).GroupBy(i => (i.Kind, i.Key)).Select(same => same.Last()).ToArray();
        var preferences = reader.Preferences;
        var id = await tables.AddReaderAsync(reader.Address.Key, state,
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
            await tables.AddInterestAsync(id, interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight);
        }

        return id;
    }

    private async Task AddHistoryAsync(long id, ListedReader reader)
    {
        var state = ImportDecision.Wanted(reader, options.Confirmed);
        foreach (var e in reader.Consent)
        {
            await AddConsentAsync(id, e.Kind, e.At, e.Origin, e.Network, e.Text);
        }

        if (state == SubscriberState.Pending)
        {
            // Who was asked before, and has the time to answer still, is not asked again.
            if (reader.State != SubscriberState.Pending || reader.Consent.Count == 0)
            {
                asked.Add((id, await AddConsentAsync(id, ConsentKind.Requested, now, Origin, null, null)));
            }
        }
        else if (state == SubscriberState.Unsubscribed ? reader.Consent.Count == 0 : !reader.HasConsented)
        {
            await AddConsentAsync(id, reader, state == SubscriberState.Unsubscribed ? ConsentKind.Unsubscribed : ConsentKind.Imported);
        }
    }

    private ValueTask<long> AddConsentAsync(long id, ListedReader reader, ConsentKind kind) => AddConsentAsync(
        id, kind, reader.ConsentAt ?? now, Origin, reader.ConsentNetwork, $"list {options.Name}");

    private ValueTask<long> AddConsentAsync(
        long id, ConsentKind kind, DateTimeOffset at, string origin, string? network, string? text) =>
        tables.AddConsentAsync(id, kind.ToColumn(), at.ToUnixTimeMilliseconds(), origin, network, text);

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
