using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using TrendingMail.Storage;
using TrendingMail.Subscribers.Import.Columns;

namespace TrendingMail.Subscribers.Export;

/// <summary>
/// Exports all subscribers as a stream, with state, preferences, interests, consent history and suppression, followed
/// by suppressed addresses without a subscriber. Importing the result restores the same data.
/// </summary>
public sealed class SubscriberExporter(Database database)
{
    private const int Batch = 2_000;

    /// <summary>The columns, in order.</summary>
    private static readonly string[] Columns =
    [
        .. new[]
        {
            ImportField.Email, ImportField.State, ImportField.Frequency, ImportField.Weekday, ImportField.SendAt,
            ImportField.TimeZone,
            ImportField.Papers, ImportField.Format, ImportField.Language, ImportField.PausedUntil,
            ImportField.CreatedAt, ImportField.Interests,
            ImportField.Suppression, ImportField.SuppressionDetail, ImportField.SuppressedAt, ImportField.Consent,
        }.Select(field => field.ToColumn()),
    ];

    private static readonly HashSet<string> JsonColumns =
        [ImportField.Interests.ToColumn(), ImportField.Consent.ToColumn()];

    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <param name="isJson">Whether to write JSON Lines instead of CSV.</param>
    /// <param name="progress">Reports the number of subscribers written so far.</param>
    /// <returns>The number of subscribers written.</returns>
    public async Task<long> WriteAsync(
        Stream stream, bool isJson, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using var lines = new ExportWriter(stream, isJson, Columns, JsonColumns);
        var written = 0L;
        var after = 0L;
        while (await ReadSubscribersAsync(after, cancellationToken) is { Count: > 0 } batch)
        {
            foreach (var subscriber in batch)
            {
                await lines.WriteAsync(subscriber.Fields, cancellationToken);
            }

            written += batch.Count;
            after = batch[^1].Id;
            progress?.Report(written);
        }

        var afterKey = "";
        while (await ReadSuppressedAddressesAsync(afterKey, cancellationToken) is { Count: > 0 } batch)
        {
            foreach (var suppressed in batch)
            {
                await lines.WriteAsync(
                    [suppressed.Address, .. Enumerable.Repeat<string?>(null, 11), suppressed.Reason, suppressed.Detail,
                        FormatInstant(suppressed.SuppressedAt), null],
                    cancellationToken);
            }

            afterKey = batch[^1].AddressKey;
        }

        return written;
    }

    private Task<List<(long Id, string?[] Fields)>> ReadSubscribersAsync(
        long after, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var rows = await session.QueryAsync<SubscriberRow>("""
                SELECT s.id, s.address, s.state, s.frequency, s.weekday, s.send_at, s.time_zone, s.papers, s.format,
                    s.language,
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
            return rows.Select(row => (row.Id, ToFields(row, interests[row.Id], consent[row.Id]))).ToList();
        }, cancellationToken);

    private Task<IReadOnlyList<SuppressedAddressRow>> ReadSuppressedAddressesAsync(
        string afterKey, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<SuppressedAddressRow>("""
            SELECT address, address_key, reason, detail, suppressed_at
            FROM suppressions x
            WHERE address_key > @afterKey
              AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.address_key = x.address_key)
            ORDER BY address_key
            LIMIT @Batch
            """, new { afterKey, Batch }), cancellationToken);

    private static string?[] ToFields(
        SubscriberRow row, IEnumerable<InterestRow> interests, IEnumerable<ConsentRow> consent) =>
    [
        row.Address, row.State, row.Frequency, row.Weekday, row.SendAt, row.TimeZone,
        row.Papers.ToString(CultureInfo.InvariantCulture), row.Format, row.Language, row.PausedUntil,
        FormatInstant(row.CreatedAt),
        ToJson(interests.Select(i => new { kind = i.Kind, value = i.Value, weight = i.Weight })),
        row.Reason, row.Detail, row.SuppressedAt is { } at ? FormatInstant(at) : null,
        ToJson(consent.Select(
            e => new { kind = e.Kind, at = FormatInstant(e.At), origin = e.Origin, network = e.Network,
                text = e.Text })),
    ];

    private static string? ToJson<T>(IEnumerable<T> items) =>
        items.Any() ? JsonSerializer.Serialize(items, Json) : null;

    private static string FormatInstant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private sealed record SubscriberRow
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

    private sealed record SuppressedAddressRow
    {
        public required string Address { get; init; }

        public required string AddressKey { get; init; }

        public required string Reason { get; init; }

        public string? Detail { get; init; }

        public required DateTimeOffset SuppressedAt { get; init; }
    }
}
