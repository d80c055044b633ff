using TrendingMail.Storage;

namespace TrendingMail.Papers.Http;

/// <summary>
/// Turns at a service that wants one connection at a time and a pause between requests. A row in the database reserves
/// the next slot, so that all nodes together keep to it. A node that dies in its turn holds the others up no longer than
/// a lease.
/// </summary>
public sealed class RequestSlots(Database database, TimeProvider clock)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Waits for the next slot and takes it.</summary>
    /// <param name="pause">
    /// From the end of one request to the beginning of the next: so that the server, too, sees it, however the network delays.
    /// </param>
    /// <returns>To be disposed of when the answer is here: then the next one may ask.</returns>
    public async Task<IAsyncDisposable> TakeAsync(string service, TimeSpan pause, CancellationToken cancellationToken)
    {
        var holder = Guid.NewGuid().ToString("N");
        while (true)
        {
            var wait = await TryTakeAsync(service, pause, holder, cancellationToken);
            if (wait <= TimeSpan.Zero)
            {
                return new Turn(this, service, holder, pause);
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <returns>Zero where the slot was taken, else how long to wait before asking again.</returns>
    private Task<TimeSpan> TryTakeAsync(
        string service, TimeSpan pause, string holder, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var now = clock.GetUtcNow();
            var taken = await session.ExecuteAsync("""
                INSERT INTO request_slots (service, next_at, holder, held_until_at)
                VALUES (@service, @next, @holder, @until)
                ON CONFLICT (service) DO UPDATE SET
                    next_at = excluded.next_at, holder = excluded.holder, held_until_at = excluded.held_until_at
                WHERE request_slots.next_at <= @now
                  AND (request_slots.holder IS NULL OR request_slots.held_until_at <= @now)
                """, new { service, holder, now, next = now + pause, until = now + Lease });
            if (taken > 0)
            {
                return TimeSpan.Zero;
            }

            var next = await session.SingleAsync<DateTimeOffset>(
                "SELECT next_at FROM request_slots WHERE service = @service", new { service });
            return next > now ? next - now : LookAgain;
        }, cancellationToken);

    private Task<int> ReleaseAsync(string service, string holder, TimeSpan pause) =>
        database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE request_slots SET holder = NULL, next_at = @next WHERE service = @service AND holder = @holder",
            new { service, holder, next = clock.GetUtcNow() + pause }), CancellationToken.None);

    private sealed class Turn(RequestSlots slots, string service, string holder, TimeSpan pause) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await slots.ReleaseAsync(service, holder, pause);
    }
}
