using TrendingMail.Storage;

namespace TrendingMail.Subscribers.Interests;

/// <summary>
/// Reads and writes subscribers' interests. Every change updates the subscriber's profile in the same transaction.
/// </summary>
public sealed class InterestStore(Database database)
{
    /// <summary>
    /// The maximum number of interests: more add no information, and each costs time for every edition.
    /// </summary>
    public const int MaximumPerSubscriber = 100;

    /// <summary>The rows of an import.</summary>
    internal static TableRows Rows { get; } =
        TableRows.Define("interests", "subscriber_id", "kind", "key", "value", "weight");

    /// <inheritdoc cref="ListAsync(Session, long)"/>
    public Task<IReadOnlyList<Interest>> ListAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ListAsync(session, subscriberId), cancellationToken);

    /// <summary>A subscriber's interests, ordered by kind and key.</summary>
    public static Task<IReadOnlyList<Interest>> ListAsync(Session session, long subscriberId) =>
        session.QueryAsync<Interest>("""
            SELECT kind, value, key, weight FROM interests WHERE subscriber_id = @subscriberId ORDER BY kind, key
            """, new { subscriberId });

    /// <summary>Replaces all interests of a subscriber. Of duplicates by kind and key, the last wins.</summary>
    /// <returns>False, with nothing changed, if there are more than <see cref="MaximumPerSubscriber"/>.</returns>
    public static async Task<bool> ReplaceAsync(Session session, long subscriberId, IEnumerable<Interest> interests)
    {
        var distinct = interests.Where(i => i.Weight != 0)
            .GroupBy(i => (i.Kind, i.Key))
            .Select(same => same.Last())
            .ToArray();
        if (distinct.Length > MaximumPerSubscriber)
        {
            return false;
        }

        await session.ExecuteAsync("DELETE FROM interests WHERE subscriber_id = @subscriberId", new { subscriberId });
        foreach (var interest in distinct)
        {
            await InsertAsync(session, subscriberId, interest);
        }

        await SubscriberStore.SetProfileAsync(session, subscriberId, Interest.ComputeProfile(distinct));
        return true;
    }

    private static Task<int> InsertAsync(Session session, long subscriberId, Interest interest) =>
        session.ExecuteAsync("""
            INSERT INTO interests (subscriber_id, kind, key, value, weight)
            VALUES (@subscriberId, @kind, @Key, @Value, @Weight)
            """, new { subscriberId, kind = interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight });
}
