using TrendingMail.Links;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.SignUp.AddressChanges;

/// <summary>Reads and writes address changes in the caller's transaction.</summary>
internal static class AddressChangeStore
{
    private const string Columns =
        "id, subscriber_id, old_address, new_address, state, requested_at, network, settled_at, undone_by";

    public static Task<long> AddAsync(
        Session session, Subscriber subscriber, EmailAddress address, string? network, DateTimeOffset now) =>
        session.SingleAsync<long>("""
            INSERT INTO address_changes (
                subscriber_id, old_address, new_address, new_address_key, state, requested_at, network)
            VALUES (@Id, @Address, @Value, @Key, 'requested', @now, @network)
            RETURNING id
            """, new { subscriber.Id, subscriber.Address, address.Value, address.Key, now, network });

    public static async Task<AddressChange?> FindAsync(Session session, long id) =>
        await session.FirstOrDefaultAsync<AddressChange>(
            $"SELECT {Columns} FROM address_changes WHERE id = @id", new { id });

    /// <summary>The subscriber and the address change that a link refers to.</summary>
    public static async Task<(Subscriber Subscriber, AddressChange Change)?> FindAsync(
        Session session, LinkToken token) =>
        await SubscriberStore.FindAsync(session, token.SubscriberId) is { } subscriber &&
        await FindAsync(session, token.Subject) is { } change && change.SubscriberId == subscriber.Id
            ? (subscriber, change)
            : null;

    /// <summary>A subscriber's address changes, oldest first.</summary>
    public static Task<IReadOnlyList<AddressChange>> ListAsync(Session session, long subscriberId) =>
        session.QueryAsync<AddressChange>(
            $"SELECT {Columns} FROM address_changes WHERE subscriber_id = @subscriberId ORDER BY id",
            new { subscriberId });

    public static Task CompleteAsync(Session session, long id, DateTimeOffset now) => session.ExecuteAsync(
        "UPDATE address_changes SET state = 'completed', settled_at = @now WHERE id = @id", new { id, now });

    /// <summary>Marks a change and all later ones of its subscriber as undone by its link.</summary>
    public static Task MarkUndoneAsync(Session session, AddressChange first, DateTimeOffset now) =>
        session.ExecuteAsync("""
            UPDATE address_changes
            SET undone_by = CASE WHEN undone_by < @Id THEN undone_by ELSE @Id END,
                settled_at = CASE WHEN state = 'reverted' THEN settled_at ELSE @now END,
                state = 'reverted'
            WHERE subscriber_id = @SubscriberId AND id >= @Id
            """, new { first.Id, first.SubscriberId, now });

    /// <summary>Deletes address changes that were requested before an instant.</summary>
    public static Task<int> DeleteExpiredAsync(Session session, DateTimeOffset before, int limit) =>
        session.ExecuteAsync("""
            DELETE FROM address_changes
            WHERE id IN (SELECT id FROM address_changes WHERE requested_at < @before LIMIT @limit)
            """, new { before, limit });
}
