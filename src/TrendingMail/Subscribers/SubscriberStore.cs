using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Subscribers;

/// <summary>
/// Reads and writes subscribers. Methods with a session parameter take part in the caller's transaction.
/// </summary>
/// <param name="publication">Null if nothing is published.</param>
public sealed class SubscriberStore(
    Database database, TimeProvider clock, PublicationTime? publication = null)
{
    private const string Columns = """
        id, address, state, link_epoch, paused_until, created_at, next_due_at,
        frequency, weekday, send_at, time_zone, papers, format, language, profile,
        (SELECT reason FROM suppressions WHERE suppressions.address_key = subscribers.address_key) AS suppression
        """;

    public Task<Subscriber?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    public Task<Subscriber?> FindAsync(EmailAddress address, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, address), cancellationToken);

    public static async Task<Subscriber?> FindAsync(Session session, long id) =>
        (await session.FirstOrDefaultAsync<SubscriberRow>(
            $"SELECT {Columns} FROM subscribers WHERE id = @id", new { id }))
            ?.ToSubscriber();

    public static async Task<Subscriber?> FindAsync(Session session, EmailAddress address) =>
        (await session.FirstOrDefaultAsync<SubscriberRow>(
            $"SELECT {Columns} FROM subscribers WHERE address_key = @Key", new { address.Key }))?.ToSubscriber();

    /// <summary>Finds many subscribers at once, in no particular order. Ids that do not exist are skipped.</summary>
    public static async Task<IReadOnlyList<Subscriber>> FindAsync(
        Session session, IDialect dialect, IReadOnlyCollection<long> ids) =>
        [.. (await session.QueryAsync<SubscriberRow>($"""
            SELECT {Columns} FROM subscribers WHERE id IN ({dialect.NumbersSql("@ids")})
            """, new { ids = new NumberList(ids) })).Select(row => row.ToSubscriber())];

    /// <summary>Adds a subscriber who has not confirmed yet.</summary>
    public async Task<Subscriber> AddPendingAsync(Session session, EmailAddress address, Preferences preferences)
    {
        var id = await session.SingleAsync<long>("""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                format,
                language, created_at)
            VALUES (@Value, @Key, 'pending', @Frequency, @Weekday, @SendAt, @TimeZone, @Papers, @Format, @Language,
                @now)
            RETURNING id
            """, new
        {
            address.Value,
            address.Key,
            Frequency = preferences.Frequency.ToColumn(),
            Weekday = preferences.Weekday.ToColumn(),
            preferences.SendAt,
            preferences.TimeZone,
            preferences.Papers,
            Format = preferences.Format.ToColumn(),
            preferences.Language,
            now = clock.GetUtcNow(),
        });
        return (await FindAsync(session, id))!;
    }

    /// <summary>Deletes a subscriber who never confirmed, with all dependent rows.</summary>
    public static Task DeletePendingAsync(Session session, long id) =>
        session.ExecuteAsync("DELETE FROM subscribers WHERE id = @id AND state = 'pending'", new { id });

    /// <summary>Activates a subscriber. The first digest is due at once.</summary>
    public Task ActivateAsync(Session session, long id) =>
        session.ExecuteAsync("""
            UPDATE subscribers
            SET state = 'active', paused_until = NULL, next_due_at = @now
            WHERE id = @id
            """, new { id, now = clock.GetUtcNow() });

    /// <summary>
    /// Deletes a subscriber with all dependent rows: consent history, interests, feedback, address changes and
    /// deliveries.
    /// </summary>
    public static Task EraseAsync(Session session, long id) =>
        session.ExecuteAsync("DELETE FROM subscribers WHERE id = @id", new { id });

    public static Task UnsubscribeAsync(Session session, long id) =>
        session.ExecuteAsync("""
            UPDATE subscribers
            SET state = 'unsubscribed', paused_until = NULL, next_due_at = NULL
            WHERE id = @id
            """, new { id });

    /// <summary>Changes a subscriber's address and revokes all links mailed before.</summary>
    public static Task ChangeAddressAsync(Session session, long id, EmailAddress address) =>
        session.ExecuteAsync("""
            UPDATE subscribers SET address = @Value, address_key = @Key, link_epoch = link_epoch + 1 WHERE id = @id
            """, new { id, address.Value, address.Key });

    /// <summary>Revokes all links mailed to a subscriber before.</summary>
    public static Task RevokeLinksAsync(Session session, long id) =>
        session.ExecuteAsync("UPDATE subscribers SET link_epoch = link_epoch + 1 WHERE id = @id", new { id });

    /// <summary>Saves the hash of a subscriber's interests; see <see cref="Subscriber.Profile"/>.</summary>
    internal static Task SetProfileAsync(Session session, long id, string profile) =>
        session.ExecuteAsync("UPDATE subscribers SET profile = @profile WHERE id = @id", new { id, profile });

    /// <summary>Saves the preferences of an active or paused subscriber and reschedules the next digest.</summary>
    /// <returns>When the next digest is due; null, with nothing changed, if the person is not subscribed.</returns>
    public Task<DateTimeOffset?> SavePreferencesAsync(
        long id, Preferences preferences, DateOnly? pausedUntil, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => SavePreferencesAsync(session, id, preferences, pausedUntil), cancellationToken);

    /// <inheritdoc cref="SavePreferencesAsync(long, Preferences, DateOnly?, CancellationToken)"/>
    public async Task<DateTimeOffset?> SavePreferencesAsync(
        Session session, long id, Preferences preferences, DateOnly? pausedUntil)
    {
        var now = clock.GetUtcNow();
        var due = pausedUntil is null && await FindAsync(session, id) is
        { State: SubscriberState.Active, NextDueAt: { } dueAt, Preferences.Schedule: var schedule }
            ? DueTime.Reschedule(schedule, dueAt, preferences.Schedule, publication, now)
            : DueTime.Next(preferences.Schedule, pausedUntil, now);
        var changed = await session.ExecuteAsync("""
            UPDATE subscribers
            SET frequency = @Frequency, weekday = @Weekday, send_at = @SendAt, time_zone = @TimeZone,
                papers = @Papers, format = @Format, language = @Language, paused_until = @pausedUntil,
                next_due_at = @due,
                state = @state
            WHERE id = @id AND state IN ('active', 'paused')
            """, new
        {
            id,
            Frequency = preferences.Frequency.ToColumn(),
            Weekday = preferences.Weekday.ToColumn(),
            preferences.SendAt,
            preferences.TimeZone,
            preferences.Papers,
            Format = preferences.Format.ToColumn(),
            preferences.Language,
            pausedUntil,
            due,
            state = (pausedUntil is null ? SubscriberState.Active : SubscriberState.Paused).ToColumn(),
        });
        return changed > 0 ? due : (DateTimeOffset?)null;
    }

    /// <summary>Pauses a subscription until a local day, or resumes it if <paramref name="until"/> is null.</summary>
    /// <returns>When the next digest is due; null, with nothing changed, if the person is not subscribed.</returns>
    public async Task<DateTimeOffset?> PauseAsync(Session session, long id, DateOnly? until) =>
        await FindAsync(session, id) is { } subscriber
            ? await SavePreferencesAsync(session, id, subscriber.Preferences, until)
            : null;

    /// <summary>Counts subscribers by state.</summary>
    public Task<IReadOnlyDictionary<SubscriberState, long>> CountByStateAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<SubscriberState, long>>(async session =>
        {
            var counts = Enum.GetValues<SubscriberState>().ToDictionary(state => state, _ => 0L);
            foreach (var row in await session.QueryAsync<CountRow>(
                "SELECT state, COUNT(*) AS subscribers FROM subscribers GROUP BY state"))
            {
                counts[row.State] = row.Subscribers;
            }

            return counts;
        }, cancellationToken);

    /// <summary>Appends an event to a subscriber's consent history.</summary>
    /// <param name="text">The wording that was agreed to; defaults to that of <paramref name="consentOrigin"/>.</param>
    /// <returns>The event's id.</returns>
    public Task<long> RecordConsentAsync(
        Session session, long subscriberId, ConsentKind kind, ConsentOrigin consentOrigin, string? text = null) =>
        session.SingleAsync<long>("""
            INSERT INTO consent_events (subscriber_id, kind, at, origin, network, text)
            VALUES (@subscriberId, @kind, @now, @Name, @Network, @text)
            RETURNING id
            """, new
        {
            subscriberId,
            kind = kind.ToColumn(),
            now = clock.GetUtcNow(),
            consentOrigin.Name,
            consentOrigin.Network,
            text = text ?? consentOrigin.ConsentText,
        });

    /// <summary>Appends an event to the history of the subscriber with an address, if there is one.</summary>
    internal static Task RecordConsentAsync(
        Session session, EmailAddress address, ConsentKind kind, ConsentOrigin consentOrigin, DateTimeOffset at) =>
        session.ExecuteAsync("""
            INSERT INTO consent_events (subscriber_id, kind, at, origin)
            SELECT id, @kind, @at, @Name FROM subscribers WHERE address_key = @Key
            """, new { kind = kind.ToColumn(), at, consentOrigin.Name, address.Key });

    /// <summary>A subscriber's consent history, oldest first.</summary>
    public Task<IReadOnlyList<ConsentEvent>> ListConsentEventsAsync(
        long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ListConsentEventsAsync(session, subscriberId), cancellationToken);

    /// <inheritdoc cref="ListConsentEventsAsync(long, CancellationToken)"/>
    public static Task<IReadOnlyList<ConsentEvent>> ListConsentEventsAsync(Session session, long subscriberId) =>
        session.QueryAsync<ConsentEvent>("""
            SELECT id, kind, at, origin, network, text FROM consent_events WHERE subscriber_id = @subscriberId
            ORDER BY id
            """, new { subscriberId });

    private sealed record CountRow
    {
        public required SubscriberState State { get; init; }

        public required long Subscribers { get; init; }
    }
}
