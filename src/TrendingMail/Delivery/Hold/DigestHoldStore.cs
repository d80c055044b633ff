using TrendingMail.Delivery.Queue.Holding;
using TrendingMail.Storage;

namespace TrendingMail.Delivery.Hold;

/// <summary>
/// Stores why digests are held, and which days' digests an operator released all the same. Notices are never held. A
/// row stops every claim of a digest and every digest that has not begun, on every node.
/// </summary>
public sealed class DigestHoldStore(Database database, DeliveryOptions options, TimeProvider clock)
{
    /// <summary>The digest mailings that an operator released.</summary>
    internal const string ReleasedSql = """
        SELECT m.id
        FROM mailings m JOIN digest_releases r ON r.day = m.key
        WHERE m.kind IN ('daily', 'weekly')
        """;

    /// <summary>The reasons why digests are held, oldest first; empty if they may leave.</summary>
    public Task<IReadOnlyList<DigestHold>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<DigestHold>("""
            SELECT check_name AS "check", finding, remedy, held_at FROM digest_holds ORDER BY held_at, check_name
            """), cancellationToken);

    /// <summary>The days whose digests an operator released, newest first.</summary>
    public Task<IReadOnlyList<DateOnly>> ListReleasedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<DateOnly>("SELECT day FROM digest_releases ORDER BY day DESC"),
        cancellationToken);

    /// <summary>The newest day whose digests wait to be sent; null if none do.</summary>
    public Task<DateOnly?> FindNewestWaitingDayAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.SingleAsync<DateOnly?>("""
            SELECT MAX(key) FROM mailings WHERE kind IN ('daily', 'weekly') AND queued + deferred > 0
            """), cancellationToken);

    /// <summary>Whether an operator released the digests of a day.</summary>
    public Task<bool> IsReleasedAsync(DateOnly day, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.SingleAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM digest_releases WHERE day = @day)", new { day }), cancellationToken);

    /// <param name="day">The day of the digests to send; null if there is no edition yet.</param>
    /// <exception cref="TrendingMailException">Digests are held, and not released.</exception>
    public async Task RequireReleasedAsync(DateOnly? day, CancellationToken cancellationToken)
    {
        if (await ListAsync(cancellationToken) is [var hold, ..] &&
            !(day is { } edition && await IsReleasedAsync(edition, cancellationToken)))
        {
            throw new TrendingMailException(hold.ToString());
        }
    }

    /// <summary>
    /// Replaces the reasons. When none is left, the newest digests that waited get their full time to be delivered;
    /// older ones keep their expiry, so that nobody receives the digests of many days at once.
    /// </summary>
    public Task ReplaceAsync(IReadOnlyList<DigestHold> holds, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("DELETE FROM digest_holds");
            foreach (var hold in holds)
            {
                await session.ExecuteAsync("""
                    INSERT INTO digest_holds (check_name, finding, remedy, held_at)
                    VALUES (@Check, @Finding, @Remedy, @HeldAt)
                    """, hold);
            }

            if (holds.Count == 0)
            {
                await DeliveryExtension.ExtendNewestAsync(session, clock.GetUtcNow(), options);
            }
        }, cancellationToken);

    /// <summary>Lets the digests of a day leave in spite of what was found, and records it.</summary>
    /// <returns>The number of digests that wait.</returns>
    public Task<long> ReleaseAsync(
        DateOnly day, IReadOnlyList<DigestHold> holds, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("""
                INSERT INTO digest_releases (day, finding, released_at) VALUES (@day, @finding, @now)
                ON CONFLICT (day) DO NOTHING
                """, new
            {
                day, finding = string.Join('\n', holds.Select(hold => $"{hold.Check}: {hold.Finding}")),
                now = clock.GetUtcNow(),
            });
            await DeliveryExtension.ExtendAsync(session, day, clock.GetUtcNow(), options);
            return await session.SingleAsync<long>("""
                SELECT COALESCE(SUM(queued + deferred), 0) FROM mailings
                WHERE kind IN ('daily', 'weekly') AND key = @day
                """, new { day });
        }, cancellationToken);

    /// <summary>
    /// The condition, beginning with AND, that restricts a statement about digests to those that may leave. Empty if
    /// all may, so that the statement costs what it does without a hold.
    /// </summary>
    internal static async Task<string> RestrictSqlAsync(Session session)
    {
        if (!await session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM digest_holds)"))
        {
            return "";
        }

        // Nothing released waits: no need to look through all that is held.
        return await session.SingleAsync<bool>($"""
            SELECT EXISTS (SELECT 1 FROM mailings WHERE id IN ({ReleasedSql}) AND queued + deferred > 0)
            """) ? $"AND mailing_id IN ({ReleasedSql})" : "AND 1 = 0";
    }
}
