namespace TrendingMail.Delivery;

/// <summary>How fast one recipient domain takes mail from all nodes together, as this one knows it.</summary>
/// <param name="limit">Messages a second that the settings allow; null where they say nothing.</param>
internal sealed class DomainPace(string domain, double? limit, TurnBook turns, TimeProvider clock)
{
    /// <summary>
    /// Who has no turn soon comes back within this time and asks again: the domain may have become quicker, or other nodes quieter.
    /// </summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromMinutes(15);

    private readonly string name = $"domain {domain.ToLowerInvariant()}";
    private readonly Lock guard = new();
    private double? found;
    private DateTimeOffset decidedAt = DateTimeOffset.MinValue;
    private long decidedHere = long.MinValue;

    /// <summary>Messages that may leave until the next slice begins.</summary>
    private int left;
    private DateTimeOffset nextSlice = DateTimeOffset.MinValue;
    private Task? asking;

    /// <summary>The slice to which those are sent that have no turn now, and how many were.</summary>
    private DateTimeOffset place = DateTimeOffset.MinValue;
    private int placed;

    /// <summary>Messages a second; null where nothing holds the domain back.</summary>
    public double? Rate
    {
        get
        {
            lock (guard)
            {
                return found is { } rate && rate < (limit ?? double.MaxValue) ? rate : limit;
            }
        }
    }

    /// <summary>What was found to be right by how the domain answers.</summary>
    /// <param name="decided">When that was decided, by whichever node.</param>
    public void Set(double? rate, DateTimeOffset decided)
    {
        lock (guard)
        {
            (found, decidedAt, decidedHere) = (rate, decided, clock.GetTimestamp());
        }
    }

    /// <summary>Takes up what all nodes know, unless this one has decided since it was read.</summary>
    public void TakeUp(double? rate, DateTimeOffset decided, long readAt)
    {
        lock (guard)
        {
            if (decidedHere < readAt)
            {
                (found, decidedAt) = (rate, decided);
            }
        }
    }

    /// <summary>Whether how the domain answers holds it back, and not only the settings.</summary>
    public bool IsFound
    {
        get
        {
            lock (guard)
            {
                return found is not null;
            }
        }
    }

    /// <summary>Whether it is time to decide anew; where the caller is to do so for all lanes.</summary>
    public bool TryDecide(TimeSpan period)
    {
        lock (guard)
        {
            if (found is null || clock.GetUtcNow() - decidedAt < period)
            {
                return false;
            }

            decidedAt = clock.GetUtcNow();
            return true;
        }
    }

    /// <summary>When a message may leave; null for now. Takes that turn.</summary>
    /// <exception cref="TrendingMailException">The database is out of reach.</exception>
    public async ValueTask<DateTimeOffset?> TurnAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? turn;
        while (!TryTurn(out turn))
        {
            Task asked;
            lock (guard)
            {
                // One asks for all lanes.
                asked = asking ??= Task.Run(AskAsync, CancellationToken.None);
            }

            await asked.WaitAsync(cancellationToken);
        }

        return turn;
    }

    private async Task AskAsync()
    {
        try
        {
            var slicing = Slicing.Of(Rate ?? DomainBook.FreeRate);
            var slice = await turns.TakeAsync(name, slicing.Length, CancellationToken.None);
            lock (guard)
            {
                (left, nextSlice) = (slice.IsTaken ? slicing.Turns : 0, slice.NextAt);
            }
        }
        finally
        {
            lock (guard)
            {
                asking = null;
            }
        }
    }

    /// <returns>False where a slice has begun that nobody asked for.</returns>
    private bool TryTurn(out DateTimeOffset? turn)
    {
        lock (guard)
        {
            var now = clock.GetUtcNow();
            turn = null;
            if (now >= nextSlice)
            {
                return false;
            }

            if (left > 0)
            {
                left--;
            }
            else
            {
                turn = Place(now);
            }

            return true;
        }
    }

    /// <summary>A time for who has no turn now: as many for each slice to come as it has turns.</summary>
    private DateTimeOffset Place(DateTimeOffset now)
    {
        var slicing = Slicing.Of(Rate ?? DomainBook.FreeRate);
        var (next, others) = place < nextSlice ? (nextSlice, 0)
            : placed < slicing.Turns ? (place, placed)
            : (place + slicing.Length, 0);
        if (next - now > Farthest)
        {
            // Spread, so that they do not come back all at once.
            return now + (Farthest * (0.5 + (Random.Shared.NextDouble() / 2)));
        }

        (place, placed) = (next, others + 1);
        return place;
    }
}
