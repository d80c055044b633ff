namespace TrendingMail.Delivery.Smtp;

/// <summary>
/// Keeps to <see cref="SmtpOptions.MaxPerMinute"/> of a server: messages are spread over the minute instead of leaving in a burst at its
/// beginning. With a book of turns that holds for all nodes together.
/// </summary>
internal sealed class ServerRate(string server, int perMinute, TurnBook? turns, TimeProvider clock) : IDisposable
{
    private readonly Slicing slicing = Slicing.Of(perMinute / 60.0);
    private readonly string name = $"server {server}";
    private readonly SemaphoreSlim queue = new(1);
    private DateTimeOffset nextTurn = DateTimeOffset.MinValue;
    private DateTimeOffset sliceEnd = DateTimeOffset.MinValue;
    private TimeSpan spacing;
    private int left;

    /// <summary>Waits for the next turn; who came first has it first.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await queue.WaitAsync(cancellationToken);
        try
        {
            await UntilAsync(nextTurn, cancellationToken);
            while (left == 0 || clock.GetUtcNow() > sliceEnd)
            {
                var slice = turns is null
                    ? new TimeSlice(true, clock.GetUtcNow() + slicing.Length)
                    : await turns.TakeAsync(name, slicing.Length, cancellationToken);
                if (slice.IsTaken)
                {
                    (left, sliceEnd, nextTurn) = (slicing.Turns, slice.NextAt, clock.GetUtcNow());
                    spacing = (sliceEnd - nextTurn) / slicing.Turns;
                }
                else
                {
                    await UntilAsync(slice.NextAt, cancellationToken);
                }
            }

            // Who wakes up late does not shift the turns that follow.
            left--;
            var now = clock.GetUtcNow();
            nextTurn = nextTurn + spacing > now ? nextTurn + spacing : now;
        }
        finally
        {
            queue.Release();
        }
    }

    public void Dispose() => queue.Dispose();

    private Task UntilAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        time - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero ? Task.Delay(wait, clock, cancellationToken) : Task.CompletedTask;
}
