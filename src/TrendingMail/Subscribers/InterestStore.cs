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

    /// <summary>Follows, lessens or mutes one thing; a known one gets the new weight. A weight of zero removes it.</summary>
    /// <returns>False, with nothing changed, where the reader has <see cref="MaximumPerReader"/> already.</returns>
    public static async Task<bool> SetAsync(Session session, long subscriberId, Interest interest)
    {
        var others = (await ListAsync(session, subscriberId)).Where(i => (i.Kind, i.Key) != (interest.Kind, interest.Key));
        return await ReplaceAsync(session, subscriberId, [.. others, interest]);
    }

    /// <returns>Whether it was there.</returns>
    public static async Task<bool> RemoveAsync(Session session, long subscriberId, InterestKind kind, string key)
    {
        var rows = await session.ExecuteAsync("""
            DELETE FROM interests WHERE subscriber_id = @subscriberId AND kind = @kind AND key = @key
            """, new { subscriberId, kind = kind.ToColumn(), key });
        await SaveProfileAsync(session, subscriberId, await ListAsync(session, subscriberId));
        return rows > 0;
    }

    /// <summary>The interests of the readers of each profile. A profile that no reader has any more is absent.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<Interest>>> OfProfilesAsync(
        IReadOnlyCollection<string> profiles, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, IReadOnlyList<Interest>>>(async session =>
        {
            var found = new Dictionary<string, IReadOnlyList<Interest>>();
            foreach (var some in profiles.Where(profile => profile.Length > 0).Distinct().Chunk(500))
            {
                var rows = await session.QueryAsync<ProfileRow>("""
                    SELECT r.profile, i.kind, i.value, i.key, i.weight
                    FROM (SELECT profile, MIN(id) AS id FROM subscribers WHERE profile IN @some AND profile <> '' GROUP BY profile) r
                    JOIN interests i ON i.subscriber_id = r.id
                    ORDER BY r.profile, i.kind, i.key
                    """, new { some });
                foreach (var rowsOfOne in rows.GroupBy(row => row.Profile))
                {
                    found[rowsOfOne.Key] = [.. rowsOfOne.Select(row => row.ToInterest())];
                }
            }

            return found;
        }, cancellationToken);

    private static Task<int> InsertAsync(Session session, long subscriberId, Interest interest) =>
        session.ExecuteAsync("""
            INSERT INTO interests (subscriber_id, kind, key, value, weight) VALUES (@subscriberId, @kind, @Key, @Value, @Weight)
            """, new { subscriberId, kind = interest.Kind.ToColumn(), interest.Key, interest.Value, interest.Weight });

    private static Task<int> SaveProfileAsync(Session session, long subscriberId, IEnumerable<Interest> interests) =>
        session.ExecuteAsync("UPDATE subscribers SET profile = @profile WHERE id = @subscriberId",
            new { subscriberId, profile = Interest.ProfileOf(interests) });

    private sealed record ProfileRow
    {
        public required string Profile { get; init; }

        public required InterestKind Kind { get; init; }

        public required string Value { get; init; }

        public required string Key { get; init; }

        public required double Weight { get; init; }

        public Interest ToInterest() => new() { Kind = Kind, Value = Value, Key = Key, Weight = Weight };
    }
}
