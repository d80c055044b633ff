namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>A permit to hand a server one message on a day.</summary>
internal readonly record struct WarmUpPermit(string Server, DateOnly Day, string Domain, MessageClass MessageClass);

/// <summary>
/// The permits of one server that this node holds, in blocks by recipient domain and class of message. A block doubles
/// in size each time, so that a large domain rarely asks the database and a small one holds little.
/// </summary>
internal sealed class ServerPermits(WarmUpPlan plan, WarmUpStore store, TimeProvider clock) : IDisposable
{
    private const int MaxBlockSize = 16;

    /// <summary>
    /// For how long a cap that is used up is not asked for again, within the hour. Other nodes may give permits back.
    /// </summary>
    private static readonly TimeSpan DenialLifetime = TimeSpan.FromMinutes(1);

    private readonly Lock guard = new();
    private readonly SemaphoreSlim acquiring = new(1);
    private readonly Dictionary<(string Domain, MessageClass MessageClass), Block> blocks = [];
    private readonly Dictionary<(string? Domain, MessageClass MessageClass), KnownDenial> denials = [];
    private DateOnly currentDay;

    /// <summary>Takes a permit for one message.</summary>
    /// <returns>The cap that is used up; null if a permit was taken.</returns>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    public async ValueTask<WarmUpDenial?> TakeAsync(DateOnly day, string domain, MessageClass messageClass)
    {
        if (plan.GetCap(day) == 0)
        {
            return WarmUpDenial.For(plan, day, null, 0, default, messageClass, default);
        }

        if (TryTake(day, domain, messageClass, out var denial))
        {
            return denial;
        }

        // One request serves all connections.
        await acquiring.WaitAsync();
        try
        {
            return TryTake(day, domain, messageClass, out denial)
                ? denial
                : await AcquireAsync(day, domain, messageClass);
        }
        finally
        {
            acquiring.Release();
        }
    }

    /// <summary>Gives a permit back to this node, because its message was not handed over.</summary>
    public void GiveBack(WarmUpPermit permit)
    {
        lock (guard)
        {
            if (permit.Day == currentDay)
            {
                GetBlock(permit.Domain, permit.MessageClass).Left++;
                denials.Clear();
            }
        }
    }

    /// <summary>Removes the unused permits of the current day, for the database.</summary>
    public (DateOnly Day, IReadOnlyList<UsageChange> Changes) TakeUnused()
    {
        lock (guard)
        {
            UsageChange[] unused =
            [
                .. blocks.Where(entry => entry.Value.Left > 0).Select(entry => WarmUpStore.ToChange(
                    entry.Key.Domain, entry.Key.MessageClass, -entry.Value.Left)),
            ];
            blocks.Clear();
            return (currentDay, unused);
        }
    }

    public void Dispose() => acquiring.Dispose();

    private async Task<WarmUpDenial?> AcquireAsync(DateOnly day, string domain, MessageClass messageClass)
    {
        int wanted;
        lock (guard)
        {
            var block = GetBlock(domain, messageClass);
            wanted = block.NextSize;
            block.NextSize = Math.Min(wanted * 2, MaxBlockSize);
        }

        var (permits, denial) = await store.AcquireAsync(
            plan, day, domain, messageClass, wanted, CancellationToken.None);
        lock (guard)
        {
            if (denial is not null)
            {
                var (now, nextHour) = (clock.GetUtcNow(), PostponementSchedule.GetNextHour(clock.GetUtcNow()));
                denials[(denial.Domain, messageClass)] =
                    new KnownDenial(denial, now + DenialLifetime < nextHour ? now + DenialLifetime : nextHour);
            }
            else if (day == currentDay)
            {
                GetBlock(domain, messageClass).Left += permits - 1;
            }

            return denial;
        }
    }

    /// <returns>Whether it is known, without the database, if there is a permit.</returns>
    private bool TryTake(DateOnly day, string domain, MessageClass messageClass, out WarmUpDenial? denial)
    {
        lock (guard)
        {
            denial = null;
            if (day > currentDay)
            {
                // The permits of a past day are void.
                currentDay = day;
                blocks.Clear();
                denials.Clear();
            }

            if (blocks.TryGetValue((domain, messageClass), out var block) && block.Left > 0 && day == currentDay)
            {
                block.Left--;
                return true;
            }

            denial = FindDenial(domain, messageClass) ?? FindDenial(null, messageClass);
            return denial is not null;
        }
    }

    private WarmUpDenial? FindDenial(string? domain, MessageClass messageClass) =>
        denials.TryGetValue((domain, messageClass), out var known) && clock.GetUtcNow() < known.Until
            ? known.Denial
            : null;

    private Block GetBlock(string domain, MessageClass messageClass)
    {
        if (!blocks.TryGetValue((domain, messageClass), out var block))
        {
            blocks.Add((domain, messageClass), block = new Block());
        }

        return block;
    }

    private readonly record struct KnownDenial(WarmUpDenial Denial, DateTimeOffset Until);

    private sealed class Block
    {
        public int Left { get; set; }

        public int NextSize { get; set; } = 1;
    }
}
