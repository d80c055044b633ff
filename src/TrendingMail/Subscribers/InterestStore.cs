using TrendingMail.Storage;

namespace TrendingMail.Subscribers;

/// <summary>
/// Readers' interests in the database. Whatever changes them brings the reader's profile up to date in the same transaction.
/// </summary>
public sealed class InterestStore(Database database)
{
    /// <summary>The most interests a reader may have: more say nothing, and each costs at every edition.</summary>
    public const int MaximumPerReader = 100;

    /// <inheritdoc cref="ListAsync(Session, long)"/>
    public Task<IReadOnlyList<Interest>> ListAsync(long subscriberId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ListAsync(session, subscriberId), cancellationToken);

    /// <summary>A reader's interests by kind and key.</summary>
    public static Task<IReadOnlyList<Interest>> ListAsync(Session session, long subscriberId) =>
        session.QueryAsync<Interest>("""
            SELECT kind, value, key, weight FROM interests WHERE subscriber_id = @subscriberId ORDER BY kind, key
            """, new { subscriberId });

    /// <summary>Makes these the reader's interests, all of them. Of two with the same kind and key the last counts.</summary>
    /// <returns>False, with nothing changed, where they are more than <see cref="MaximumPerReader"/>.</returns>
    public static async Task<bool> ReplaceAsync(Session session, long subscriberId, IEnumerable<Interest> interests)
    {
        var distinct = interests.Where(i => i.Weight != 0)
            .GroupBy(i => (i.Kind, i.Key))
            .Select(same => same.Last())
            .ToArray();
        if (distinct.Length > MaximumPerReader)
        {
            return false;
        }

        await session.ExecuteAsync("DELETE FROM interests WHERE subscriber_id = @subscriberId", new { subscriberId });
        foreach (var interest in distinct)
        {
            await InsertAsync(session, subscriberId, interest);
        }

        await SaveProfileAsync(session, subscriberId, distinct);
        return true;
    }

    private static Task<int> InsertAsync(Session session, long subscriberId, Interest interest) =>
        session.ExecuteAsync("""
            INSERT INTO interests (subscriber_id, kind, key, value, weight) VALUES (@subscriberId, @kind, @Key, @Value, @Weight)
            """, new { subscriberId, kind = interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight });

    private static Task<int> SaveProfileAsync(Session session, long subscriberId, IEnumerable<Interest> interests) =>
        session.ExecuteAsync("UPDATE subscribers SET profile = @profile WHERE id = @subscriberId",
            new { subscriberId, profile = Interest.ProfileOf(interests) });
}
