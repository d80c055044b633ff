using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>How an import writes many subscribers and consent events at once.</summary>
internal static class SubscriberTables
{
    public static TableRows Subscribers { get; } = TableRows.Define("subscribers",
        "address", "address_key", "state", "frequency", "weekday", "send_at", "time_zone", "papers",
        "format", "language",
        "paused_until", "created_at", "next_due_at", "profile");

    public static TableRows ConsentEvents { get; } =
        TableRows.Define("consent_events", "subscriber_id", "kind", "at", "origin", "network", "text");

    /// <summary>Prepares the insertion of a subscriber, which does nothing if the address exists.</summary>
    public static Statement PrepareInsert(Session session) =>
        Subscribers.PrepareInsert(session, "ON CONFLICT (address_key) DO NOTHING");

    /// <summary>Prepares the change of one subscriber's state: state, paused until, next due at, id.</summary>
    public static Statement PrepareSetState(Session session) => session.Prepare("""
        UPDATE subscribers SET state = @state, paused_until = @pausedUntil, next_due_at = @nextDueAt WHERE id = @id
        """, "@state", "@pausedUntil", "@nextDueAt", "@id");

    /// <summary>Changes the states of many subscribers with one statement (PostgreSQL).</summary>
    public static Task SetStatesAsync(Session session, IReadOnlyDictionary<long, ImportedState> states) =>
        session.ExecuteAsync("""
            UPDATE subscribers s
            SET state = n.state, paused_until = n.paused_until, next_due_at = n.next_due_at
            FROM unnest(@ids, @newStates, @pauses, @dueTimes) AS n (id, state, paused_until, next_due_at)
            WHERE s.id = n.id
            """, new
        {
            ids = states.Keys.ToArray(),
            newStates = states.Values.Select(state => state.State.ToColumn()).ToArray(),
            pauses = states.Values.Select(state => state.PausedUntil).ToArray(),
            dueTimes = states.Values.Select(state => state.NextDueAt).ToArray(),
        });
}

/// <summary>The state that an import gives an existing subscriber, as its columns hold it.</summary>
public readonly record struct ImportedState(SubscriberState State, string? PausedUntil, long? NextDueAt);
