using Microsoft.Extensions.Time.Testing;

namespace TrendingMail.Tests.Papers.Sources.Http;

/// <summary>
/// A fake clock that counts pending timers, so that a test can advance it once every task is waiting.
/// </summary>
public sealed class TimerCountingClock(DateTimeOffset now) : FakeTimeProvider(now)
{
    private int waiting;

    /// <summary>Timers that have neither fired nor been disposed.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var ended = 0;
        void End()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Interlocked.Decrement(ref waiting);
            }
        }

        var timer = base.CreateTimer(timerState =>
        {
            // Decrement before the continuation runs, so that it no longer counts as waiting.
            End();
            callback(timerState);
        }, state, dueTime, period);

        // Increment only after the timer exists; otherwise the clock could advance before it starts.
        Interlocked.Increment(ref waiting);
        return new CountedTimer(timer, End);
    }

    private sealed class CountedTimer(ITimer timer, Action end) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            end();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            end();
            return timer.DisposeAsync();
        }
    }
}
