using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Import.Lines;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Subscribers.Suppressions;

namespace TrendingMail.Subscribers.Import.Persistence;

/// <summary>Imports the lines of one transaction.</summary>
internal sealed class ImportBatch : IAsyncDisposable
{
    private const string Origin = "import";

    /// <summary>The length of a pause for which no end is given.</summary>
    private const int DefaultPauseDays = 14;

    private readonly ImportStore store;
    private readonly ImportOptions options;
    private readonly DateTimeOffset now;
    private readonly DryRunState? dryRun;
    private readonly bool hasErased;
    private readonly Dictionary<(SendSchedule, DateOnly?), long> dueTimes = [];
    private readonly List<(long Subscriber, long Event)> pendingConfirmations = [];
    private bool hasSuppressions;

    private ImportBatch(
        ImportStore store, ImportOptions options, DateTimeOffset now, DryRunState? dryRun,
        bool hasSuppressions, bool hasErased)
    {
        this.store = store;
        this.options = options;
        this.now = now;
        this.dryRun = dryRun;
        this.hasSuppressions = hasSuppressions;
        this.hasErased = hasErased;
    }

    /// <summary>Subscribers who need to confirm, with the consent event that requests it.</summary>
    public IReadOnlyList<(long Subscriber, long Event)> PendingConfirmations => pendingConfirmations;

    /// <param name="dryRun">What earlier lines would have changed; null to change it.</param>
    public static async Task<ImportBatch> OpenAsync(
        Session session, ImportStore store, ImportOptions options, DateTimeOffset now, DryRunState? dryRun) => new(
            store, options, now, dryRun,
            await SuppressionStore.AnyAsync(session),
            await ErasedAddressStore.AnyAsync(session));

    /// <summary>Prefetches what is needed to process the given lines.</summary>
    public Task PrefetchAsync(IEnumerable<ImportLine> lines) => store.PrefetchAsync(
        lines.Select(line => line.Subscriber?.Address.Key).OfType<string>(), hasSuppressions, hasErased);

    /// <summary>Imports one subscriber, or in a dry run only determines what would be done.</summary>
    public async Task<ImportAction> ImportAsync(ImportedSubscriber subscriber)
    {
        // Most subscribers in a list are new: try the insert first, without looking them up.
        if (dryRun is null && !hasSuppressions && !hasErased && !subscriber.IsSuppressionOnly
            && await InsertAsync(subscriber) is { } id)
        {
            await AddHistoryAsync(id, subscriber);
            return ImportAction.Add;
        }

        var (action, existing) = await DecideAsync(subscriber);
        if (dryRun is null)
        {
            await ApplyAsync(subscriber, action, existing);
        }
        else if (action is ImportAction.Add or ImportAction.Confirm or ImportAction.OptOut)
        {
            dryRun.SetState(subscriber.Address, ImportDecision.RequestedState(subscriber, options.Confirmed));
        }

        return action;
    }

    /// <summary>Makes a suppression added by this transaction visible to its later lines.</summary>
    public void TrackSuppression(EmailAddress address)
    {
        hasSuppressions = true;
        store.TrackSuppression(address.Key);
    }

    /// <summary>Waits until the session can execute other statements.</summary>
    public Task WaitUntilIdleAsync() => store.WaitUntilIdleAsync();

    /// <summary>Writes all buffered rows to the database.</summary>
    public Task FlushAsync() => store.FlushAsync();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    /// <returns>What to do, and the existing subscriber with the address, if any.</returns>
    private async Task<(ImportAction Action, ExistingSubscriber? Existing)> DecideAsync(ImportedSubscriber subscriber)
    {
        var key = subscriber.Address.Key;
        var existing = await store.FindAsync(key);
        if (dryRun?.FindState(subscriber.Address) is { } state)
        {
            existing = new ExistingSubscriber(existing?.Id ?? 0, state);
        }

        var isErased = existing is null && hasErased && await store.IsErasedAsync(key);
        if (subscriber.IsSuppressionOnly)
        {
            return (isErased ? ImportAction.Erased : ImportAction.SuppressionOnly, existing);
        }

        var isSuppressed = (hasSuppressions && await store.IsSuppressedAsync(key)) ||
            dryRun?.IsSuppressed(subscriber.Address) == true;
        var requested = ImportDecision.RequestedState(subscriber, options.Confirmed);
        return (ImportDecision.Decide(existing?.State, isSuppressed, isErased, requested), existing);
    }

    private async Task ApplyAsync(ImportedSubscriber subscriber, ImportAction action, ExistingSubscriber? existing)
    {
        switch (action, existing)
        {
            case (ImportAction.Add, _):
                if (await InsertAsync(subscriber) is { } id)
                {
                    await AddHistoryAsync(id, subscriber);
                }

                break;
            case (ImportAction.Confirm, { } pending):
                var state = ImportDecision.RequestedState(subscriber, options.Confirmed);
                await store.SetStateAsync(subscriber.Address.Key, pending,
                    new ImportedState(
                        state, FormatDate(FindPausedUntil(subscriber)), ComputeNextDue(subscriber, state)));
                await AddConsentAsync(pending.Id, subscriber, ConsentKind.Imported);
                break;
            case (ImportAction.OptOut, { } current):
                await store.SetStateAsync(
                    subscriber.Address.Key, current, new ImportedState(SubscriberState.Unsubscribed, null, null));
                await AddConsentAsync(current.Id, subscriber, ConsentKind.Unsubscribed);
                break;
        }
    }

    /// <returns>The new subscriber's id; null if a subscriber with the address exists.</returns>
    private async Task<long?> InsertAsync(ImportedSubscriber subscriber)
    {
        var state = ImportDecision.RequestedState(subscriber, options.Confirmed);
        var interests = subscriber.Interests.Count == 0 ? []
            : subscriber.Interests.Where(i => i.Weight != 0).GroupBy(i => (i.Kind, i.Key))
                .Select(same => same.Last()).ToArray();
        var preferences = subscriber.Preferences;
        var id = await store.AddSubscriberAsync(subscriber.Address.Key, state,
            subscriber.Address.Value, subscriber.Address.Key, state.ToColumn(), preferences.Frequency.ToColumn(),
            preferences.Weekday.ToColumn(), preferences.SendAt.ToString("HH:mm", CultureInfo.InvariantCulture),
            preferences.TimeZone, (long)preferences.Papers, preferences.Format.ToColumn(), preferences.Language,
            FormatDate(FindPausedUntil(subscriber)), (subscriber.CreatedAt ?? now).ToUnixTimeMilliseconds(),
            ComputeNextDue(subscriber, state),
            interests.Length == 0 ? "" : Interest.ComputeProfile(interests));
        if (id is null)
        {
            return null;
        }

        foreach (var interest in interests)
        {
            await store.AddInterestAsync(id, interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight);
        }

        return id;
    }

    private async Task AddHistoryAsync(long id, ImportedSubscriber subscriber)
    {
        var state = ImportDecision.RequestedState(subscriber, options.Confirmed);
        foreach (var e in subscriber.Consent)
        {
            await AddConsentAsync(id, e.Kind, e.At, e.Origin, e.Network, e.Text);
        }

        if (state == SubscriberState.Pending)
        {
            if (ImportDecision.NeedsConfirmation(subscriber, state))
            {
                pendingConfirmations.Add(
                    (id, await AddConsentAsync(id, ConsentKind.Requested, now, Origin, null, null)));
            }
        }
        else if (state == SubscriberState.Unsubscribed ? subscriber.Consent.Count == 0 : !subscriber.HasConsented)
        {
            await AddConsentAsync(id, subscriber,
                state == SubscriberState.Unsubscribed ? ConsentKind.Unsubscribed : ConsentKind.Imported);
        }
    }

    private ValueTask<long> AddConsentAsync(long id, ImportedSubscriber subscriber, ConsentKind kind) =>
        AddConsentAsync(
        id, kind, subscriber.ConsentAt ?? now, Origin, subscriber.ConsentNetwork, $"list {options.Name}");

    private ValueTask<long> AddConsentAsync(
        long id, ConsentKind kind, DateTimeOffset at, string origin, string? network, string? text) =>
        store.AddConsentAsync(id, kind.ToColumn(), at.ToUnixTimeMilliseconds(), origin, network, text);

    /// <summary>Computes when the first digest is due. Cached, since many subscribers share a schedule.</summary>
    private long? ComputeNextDue(ImportedSubscriber subscriber, SubscriberState state)
    {
        if (state is not (SubscriberState.Active or SubscriberState.Paused))
        {
            return null;
        }

        var pausedUntil = FindPausedUntil(subscriber);
        var key = (subscriber.Preferences.Schedule, pausedUntil);
        return dueTimes.TryGetValue(key, out var cached) ? cached
            : dueTimes[key] = DueTime.Next(key.Schedule, pausedUntil, now).ToUnixTimeMilliseconds();
    }

    /// <summary>A pause without an end that can be read lasts as long as one without a date.</summary>
    private DateOnly? FindPausedUntil(ImportedSubscriber subscriber) =>
        subscriber.State != SubscriberState.Paused ? null
        : subscriber.PausedUntil ?? DateOnly.FromDateTime(now.UtcDateTime).AddDays(DefaultPauseDays);

    private static string? FormatDate(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
