using TrendingMail.Storage;

namespace TrendingMail.Papers.Sources.Http;

/// <summary>The validators of a response, for the next conditional request (RFC 9110, sections 8.8 and 13.1).</summary>
/// <param name="Address">The requested URL.</param>
/// <param name="Entries">Number of entries in the response: after a 304, tells whether the page was full.</param>
public sealed record HttpValidator(string Address, string? ETag, string? LastModified, int Entries);

/// <summary>Stores validators and Retry-After pauses in the database, shared by all nodes.</summary>
public sealed class HttpCacheStore(Database database, TimeProvider clock)
{
    /// <summary>Upper limit for pauses, whatever the server asks for.</summary>
    private static readonly TimeSpan MaximumPause = TimeSpan.FromDays(1);

    /// <summary>
    /// Stores validators. Must run in the transaction that stores the papers: with the validator alone, the server
    /// would never send them again.
    /// </summary>
    public static async Task SaveValidatorsAsync(
        Session session, IReadOnlyList<HttpValidator> validators, DateTimeOffset now)
    {
        foreach (var httpValidator in validators)
        {
            await session.ExecuteAsync("""
                INSERT INTO http_validators (address, etag, last_modified, entries, received_at)
                VALUES (@Address, @ETag, @LastModified, @Entries, @now)
                ON CONFLICT (address) DO UPDATE SET
                    etag = excluded.etag, last_modified = excluded.last_modified, entries = excluded.entries,
                    received_at = excluded.received_at
                """, new
            {
                httpValidator.Address, httpValidator.ETag, httpValidator.LastModified,
                httpValidator.Entries, now
            });
        }
    }

    public Task<HttpValidator?> FindValidatorAsync(Uri address, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var row = await session.FirstOrDefaultAsync<ValidatorRow>("""
                SELECT etag, last_modified, entries FROM http_validators WHERE address = @address
                """, new { address = address.AbsoluteUri });
            return row is null ? null : new HttpValidator(address.AbsoluteUri, row.Etag, row.LastModified, row.Entries);
        }, cancellationToken);

    /// <summary>Pauses requests to a host, as asked by its Retry-After header.</summary>
    /// <returns>The end of the pause.</returns>
    public async Task<DateTimeOffset> PauseAsync(string host, TimeSpan length, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + (length < MaximumPause ? length : MaximumPause);
        await database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO http_pauses (host, until_at) VALUES (@host, @until)
            ON CONFLICT (host) DO UPDATE SET until_at = excluded.until_at
            """, new { host, until }), cancellationToken);
        return until;
    }

    /// <summary>The end of the pause of a host; null if requests are allowed.</summary>
    public Task<DateTimeOffset?> FindPauseEndAsync(string host, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<DateTimeOffset?>(
            "SELECT until_at FROM http_pauses WHERE host = @host AND until_at > @now",
            new { host, now = clock.GetUtcNow() }), cancellationToken);

    private sealed record ValidatorRow
    {
        public string? Etag { get; init; }

        public string? LastModified { get; init; }

        public required int Entries { get; init; }
    }
}
