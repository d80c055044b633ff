using TrendingMail.Storage;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Subscribers.Suppressions;

/// <summary>
/// Addresses that must not be mailed, whether or not they belong to a subscriber. Queued deliveries to a suppressed
/// address are skipped, and no new ones are planned; see <see cref="Subscriber.Suppression"/>.
/// </summary>
public sealed class SuppressionStore(Database database, TimeProvider clock)
{
    private const string Columns = "id, address, reason, detail, suppressed_at, delivery_id";

    /// <inheritdoc cref="AddAsync(Session, EmailAddress, SuppressionReason, string, long?, DateTimeOffset)"/>
    public Task<bool> AddAsync(
        EmailAddress address, SuppressionReason reason, string? detail, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => AddAsync(session, address, reason, detail, null, clock.GetUtcNow()), cancellationToken);

    /// <summary>
    /// Suppresses an address. An existing suppression for the same or a stronger reason is left unchanged.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public static async Task<bool> AddAsync(
        Session session, EmailAddress address, SuppressionReason reason, string? detail,
        long? deliveryId, DateTimeOffset at)
    {
        var weaker = Enum.GetValues<SuppressionReason>().Where(r => r < reason).Select(r => r.ToColumn()).ToArray();
        return await session.ExecuteAsync("""
            INSERT INTO suppressions (address, address_key, reason, detail, suppressed_at, delivery_id)
            VALUES (@Value, @Key, @reason, @detail, @at, @deliveryId)
            ON CONFLICT (address_key) DO UPDATE
            SET reason = excluded.reason, detail = excluded.detail, suppressed_at = excluded.suppressed_at,
                delivery_id = excluded.delivery_id
            WHERE suppressions.reason IN @weaker
            """, new { address.Value, address.Key, reason = reason.ToColumn(), detail, at, deliveryId, weaker }) > 0;
    }

    /// <summary>
    /// Lifts a suppression at an operator's request, whatever its reason, and records it in the consent history.
    /// </summary>
    /// <returns>Whether the address was suppressed.</returns>
    public Task<bool> RemoveAsync(EmailAddress address, CancellationToken cancellationToken) =>
        database.WriteAsync(session => RemoveAsync(session, address), cancellationToken);

    /// <inheritdoc cref="RemoveAsync(EmailAddress, CancellationToken)"/>
    public async Task<bool> RemoveAsync(Session session, EmailAddress address)
    {
        if (await EraseAsync(session, address.Key) == 0)
        {
            return false;
        }

        await SubscriberStore.RecordConsentAsync(
            session, address, ConsentKind.Lifted, ConsentOrigin.Command, clock.GetUtcNow());
        return true;
    }

    /// <summary>Deletes a suppression without a trace, when the address is erased.</summary>
    /// <returns>The number of suppressions deleted.</returns>
    internal static Task<int> EraseAsync(Session session, string addressKey) =>
        session.ExecuteAsync("DELETE FROM suppressions WHERE address_key = @addressKey", new { addressKey });

    /// <summary>
    /// Lifts a suppression caused by bounces once the subscriber has confirmed by mail, which shows that mail arrives.
    /// Suppressions by complaint or by an operator remain.
    /// </summary>
    /// <returns>The reason that remains; null if the address is no longer suppressed.</returns>
    public static async Task<SuppressionReason?> LiftBouncesAsync(Session session, string addressKey)
    {
        await session.ExecuteAsync("""
            DELETE FROM suppressions WHERE address_key = @addressKey AND reason IN ('hard_bounce', 'soft_bounces')
            """, new { addressKey });
        return (await FindAsync(session, addressKey))?.Reason;
    }

    /// <summary>Whether any address is suppressed.</summary>
    internal static Task<bool> AnyAsync(Session session) =>
        session.SingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM suppressions)");

    public Task<Suppression?> FindAsync(EmailAddress address, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, address.Key), cancellationToken);

    public static async Task<Suppression?> FindAsync(Session session, string addressKey) =>
        (await session.FirstOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM suppressions WHERE address_key = @addressKey",
            new { addressKey }))?.ToSuppression();

    /// <summary>A page of suppressions, newest first.</summary>
    /// <param name="reason">Return only suppressions with this reason; null for all.</param>
    /// <param name="beforeId">Return only suppressions older than this one; null for the first page.</param>
    public Task<IReadOnlyList<Suppression>> ListAsync(
        SuppressionReason? reason, long? beforeId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Suppression>>(async session =>
            [.. (await session.QueryAsync<Row>($"""
                SELECT {Columns}
                FROM suppressions
                WHERE (@reason IS NULL OR reason = @reason) AND (@beforeId IS NULL OR id < @beforeId)
                ORDER BY id DESC
                LIMIT @limit
                """, new { reason = reason?.ToColumn(), beforeId, limit })).Select(row => row.ToSuppression())],
            cancellationToken);

    /// <summary>Counts suppressed addresses by reason.</summary>
    public Task<IReadOnlyDictionary<SuppressionReason, long>> CountByReasonAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<SuppressionReason, long>>(async session =>
        {
            var counts = Enum.GetValues<SuppressionReason>().ToDictionary(reason => reason, _ => 0L);
            foreach (var row in await session.QueryAsync<CountRow>(
                "SELECT reason, COUNT(*) AS addresses FROM suppressions GROUP BY reason"))
            {
                counts[ColumnTypes.FromColumn<SuppressionReason>(row.Reason)] = row.Addresses;
            }

            return counts;
        }, cancellationToken);

    private sealed record CountRow
    {
        public required string Reason { get; init; }

        public required long Addresses { get; init; }
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string Address { get; init; }

        public required string Reason { get; init; }

        public string? Detail { get; init; }

        public required DateTimeOffset SuppressedAt { get; init; }

        public long? DeliveryId { get; init; }

        public Suppression ToSuppression() => new()
        {
            Id = Id,
            Address = Address,
            Reason = ColumnTypes.FromColumn<SuppressionReason>(Reason),
            Detail = Detail,
            SuppressedAt = SuppressedAt,
            DeliveryId = DeliveryId,
        };
    }
}
