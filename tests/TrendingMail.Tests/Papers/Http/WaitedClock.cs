using Microsoft.Extensions.Time.Testing;

namespace TrendingMail.Tests.Papers.Http;

/// <summary>A clock that stands, and knows how many wait for it: so that time passes only when all have come to a wait.</summary>
public sealed class WaitedClock(DateTimeOffset now) : FakeTimeProvider(now)
{
    private int waiting;

    /// <summary>Waits begun that neither ended nor were given up.</summary>
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
            // Counted down before the work goes on, so that nobody takes it for waiting still.
            End();
            callback(timerState);
        }, state, dueTime, period);

        // Counted once it is there: else time could pass before it began to wait.
        Interlocked.Increment(ref waiting);
        return new Wait(timer, End);
    }

    private sealed class Wait(ITimer timer, Action end) : ITimer
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
