using TrendingMail.Storage;

namespace TrendingMail.Papers.Http;

/// <summary>What a server said of an answer, to ask next time whether it changed. See RFC 9110, section 13.1.</summary>
/// <param name="Address">The address that was asked.</param>
/// <param name="Entries">Entries in the answer: tells whether the page was full when it comes back as not changed.</param>
public sealed record Validator(string Address, string? ETag, string? LastModified, int Entries);

/// <summary>What is remembered of servers from one look to the next, over restarts and for all nodes.</summary>
public sealed class HttpMemory(Database database, TimeProvider clock)
{
    /// <summary>However long a server asks for, it is asked again after this.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>
    /// Keeps what servers said. Part of the transaction that keeps their papers: a validator without its papers would
    /// hide them for good.
    /// </summary>
    public static async Task RememberAsync(Session session, IReadOnlyList<Validator> validators, DateTimeOffset now)
    {
        foreach (var validator in validators)
        {
            await session.ExecuteAsync("""
                INSERT INTO http_validators (address, etag, last_modified, entries, received_at)
                VALUES (@Address, @ETag, @LastModified, @Entries, @now)
                ON CONFLICT (address) DO UPDATE SET
                    etag = excluded.etag, last_modified = excluded.last_modified, entries = excluded.entries,
                    received_at = excluded.received_at
                """, new { validator.Address, validator.ETag, validator.LastModified, validator.Entries, now });
        }
    }

    public Task<Validator?> ValidatorAsync(Uri address, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var row = await session.FirstOrDefaultAsync<ValidatorRow>("""
                SELECT etag, last_modified, entries FROM http_validators WHERE address = @address
                """, new { address = address.AbsoluteUri });
            return row is null ? null : new Validator(address.AbsoluteUri, row.Etag, row.LastModified, row.Entries);
        }, cancellationToken);

    /// <summary>Leaves a server alone, as it asked.</summary>
    /// <returns>Until when.</returns>
    public async Task<DateTimeOffset> PauseAsync(string host, TimeSpan length, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + (length < LongestPause ? length : LongestPause);
        await database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO http_pauses (host, until_at) VALUES (@host, @until)
            ON CONFLICT (host) DO UPDATE SET until_at = excluded.until_at
            """, new { host, until }), cancellationToken);
        return until;
    }

    /// <summary>Until when a server asked to be left alone; null where it may be asked.</summary>
    public Task<DateTimeOffset?> PausedUntilAsync(string host, CancellationToken cancellationToken) =>
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
