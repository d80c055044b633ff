using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Import;

namespace TrendingMail.Subscribers.Export;

/// <summary>
/// Writes the whole list, line by line: every reader with state, preferences, interests, consent history and suppression, and
/// after them the suppressed addresses that are no readers'. An import takes it in again as it was.
/// </summary>
public sealed class SubscriberExport(Database database)
{
    private const int Batch = 2_000;

    /// <summary>The columns, in order.</summary>
    private static readonly string[] Columns =
    [
        .. new[]
        {
            ListField.Email, ListField.State, ListField.Frequency, ListField.Weekday, ListField.SendAt, ListField.TimeZone,
            ListField.Papers, ListField.Format, ListField.Language, ListField.PausedUntil, ListField.CreatedAt, ListField.Interests,
            ListField.Suppression, ListField.SuppressionDetail, ListField.SuppressedAt, ListField.Consent,
        }.Select(field => field.ToColumn()),
    ];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <param name="isJson">JSON Lines; else CSV.</param>
    /// <param name="progress">Told the number of readers written so far.</param>
    /// <returns>How many readers were written.</returns>
    public async Task<long> WriteAsync(
        Stream stream, bool isJson, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using var lines = new ListWriter(stream, isJson, Columns);
        var readers = 0L;
        var after = 0L;
        while (await ReadersAsync(after, cancellationToken) is { Count: > 0 } batch)
        {
            foreach (var reader in batch)
            {
                await lines.WriteAsync(reader.Fields, cancellationToken);
            }

            readers += batch.Count;
            after = batch[^1].Id;
            progress?.Report(readers);
        }

        var afterKey = "";
        while (await OthersAsync(afterKey, cancellationToken) is { Count: > 0 } batch)
        {
            foreach (var other in batch)
            {
                await lines.WriteAsync(
                    [other.Address, .. Enumerable.Repeat<string?>(null, 11), other.Reason, other.Detail, Instant(other.SuppressedAt), null],
                    cancellationToken);
            }

            afterKey = batch[^1].AddressKey;
        }

        return readers;
    }

    private Task<List<(long Id, string?[] Fields)>> ReadersAsync(long after, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var rows = await session.QueryAsync<ReaderRow>("""
                SELECT s.id, s.address, s.state, s.frequency, s.weekday, s.send_at, s.time_zone, s.papers, s.format, s.language,
                    s.paused_until, s.created_at, x.reason, x.detail, x.suppressed_at
                FROM subscribers s LEFT JOIN suppressions x ON x.address_key = s.address_key
                WHERE s.id > @after
                ORDER BY s.id
                LIMIT @Batch
                """, new { after, Batch });
            var upTo = rows.Count == 0 ? after : rows[^1].Id;
            var interests = (await session.QueryAsync<InterestRow>("""
                SELECT subscriber_id, kind, value, weight
                FROM interests
                WHERE subscriber_id > @after AND subscriber_id <= @upTo
                ORDER BY subscriber_id, kind, key
                """, new { after, upTo })).ToLookup(row => row.SubscriberId);
            var consent = (await session.QueryAsync<ConsentRow>("""
                SELECT subscriber_id, kind, at, origin, network, text
                FROM consent_events
                WHERE subscriber_id > @after AND subscriber_id <= @upTo
                ORDER BY subscriber_id, id
                """, new { after, upTo })).ToLookup(row => row.SubscriberId);
            return rows.Select(row => (row.Id, Fields(row, interests[row.Id], consent[row.Id]))).ToList();
        }, cancellationToken);

    private Task<IReadOnlyList<OtherRow>> OthersAsync(string afterKey, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<OtherRow>("""
            SELECT address, address_key, reason, detail, suppressed_at
            FROM suppressions x
            WHERE address_key > @afterKey AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.address_key = x.address_key)
            ORDER BY address_key
            LIMIT @Batch
            """, new { afterKey, Batch }), cancellationToken);

    private static string?[] Fields(ReaderRow row, IEnumerable<InterestRow> interests, IEnumerable<ConsentRow> consent) =>
    [
        row.Address, row.State, row.Frequency, row.Weekday, row.SendAt, row.TimeZone,
        row.Papers.ToString(CultureInfo.InvariantCulture), row.Format, row.Language, row.PausedUntil, Instant(row.CreatedAt),
        JsonOf(interests.Select(i => new { kind = i.Kind, value = i.Value, weight = i.Weight })),
        row.Reason, row.Detail, row.SuppressedAt is { } at ? Instant(at) : null,
        JsonOf(consent.Select(e => new { kind = e.Kind, at = Instant(e.At), origin = e.Origin, network = e.Network, text = e.Text })),
    ];

    private static string? JsonOf<T>(IEnumerable<T> items) => items.Any() ? JsonSerializer.Serialize(items, Json) : null;

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private sealed record ReaderRow
    {
        public required long Id { get; init; }

        public required string Address { get; init; }

        public required string State { get; init; }

        public required string Frequency { get; init; }

        public required string Weekday { get; init; }

        public required string SendAt { get; init; }

        public required string TimeZone { get; init; }

        public required int Papers { get; init; }

        public required string Format { get; init; }

        public required string Language { get; init; }

        public string? PausedUntil { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public string? Reason { get; init; }

        public string? Detail { get; init; }

        public DateTimeOffset? SuppressedAt { get; init; }
    }

    private sealed record InterestRow
    {
        public required long SubscriberId { get; init; }

        public required string Kind { get; init; }

        public required string Value { get; init; }

        public required double Weight { get; init; }
    }

    private sealed record ConsentRow
    {
        public required long SubscriberId { get; init; }

        public required string Kind { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string Origin { get; init; }

        public string? Network { get; init; }

        public string? Text { get; init; }
    }

    private sealed record OtherRow
    {
        public required string Address { get; init; }

        public required string AddressKey { get; init; }

        public required string Reason { get; init; }

        public string? Detail { get; init; }

        public required DateTimeOffset SuppressedAt { get; init; }
    }
}
