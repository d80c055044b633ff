using TrendingMail.Storage;

namespace TrendingMail.Papers.Sources.Http;

/// <summary>
/// Limits a service to one concurrent request with a pause in between, across all nodes, by means of a row in the
/// database. A node that dies while holding the permit blocks the others until the lease expires.
/// </summary>
public sealed class RequestLimiter(Database database, TimeProvider clock)
{
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Waits for the permit and acquires it.</summary>
    /// <param name="pause">
    /// From the end of one request to the start of the next, so that the server observes it whatever the latency.
    /// </param>
    /// <returns>The permit; dispose of it when the response has arrived.</returns>
    public async Task<IAsyncDisposable> AcquireAsync(
        string service, TimeSpan pause, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid().ToString("N");
        while (true)
        {
            var wait = await TryAcquireAsync(service, pause, holder, cancellationToken);
            if (wait <= TimeSpan.Zero)
            {
                return new Permit(this, service, holder, pause);
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <returns>Zero if the permit was acquired, else the delay before the next try.</returns>
    private Task<TimeSpan> TryAcquireAsync(
        string service, TimeSpan pause, string holder, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var now = clock.GetUtcNow();
            var acquired = await session.ExecuteAsync("""
                INSERT INTO request_slots (service, next_at, holder, held_until_at)
                VALUES (@service, @next, @holder, @until)
                ON CONFLICT (service) DO UPDATE SET
                    next_at = excluded.next_at, holder = excluded.holder, held_until_at = excluded.held_until_at
                WHERE request_slots.next_at <= @now
                  AND (request_slots.holder IS NULL OR request_slots.held_until_at <= @now)
                """, new { service, holder, now, next = now + pause, until = now + LeaseDuration });
            if (acquired > 0)
            {
                return TimeSpan.Zero;
            }

            var next = await session.SingleAsync<DateTimeOffset>(
                "SELECT next_at FROM request_slots WHERE service = @service", new { service });
            return next > now ? next - now : RetryInterval;
        }, cancellationToken);

    private Task<int> ReleaseAsync(string service, string holder, TimeSpan pause) =>
        database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE request_slots SET holder = NULL, next_at = @next WHERE service = @service AND holder = @holder",
            new { service, holder, next = clock.GetUtcNow() + pause }), CancellationToken.None);

    private sealed class Permit(RequestLimiter limiter, string service, string holder, TimeSpan pause)
        : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await limiter.ReleaseAsync(service, holder, pause);
    }
}
