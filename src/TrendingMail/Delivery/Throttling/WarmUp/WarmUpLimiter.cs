using Microsoft.Extensions.Logging;
using TrendingMail.Delivery.Queue;
using TrendingMail.Messages;

namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>Where a claimed delivery goes.</summary>
internal abstract record WarmUpDecision
{
    /// <param name="Server">The server that it is sent through.</param>
    /// <param name="Permit">The permit to do so; null if the server has no cap.</param>
    public sealed record Send(string Server, WarmUpPermit? Permit) : WarmUpDecision;

    /// <summary>No server has room now.</summary>
    /// <param name="Reason">For the history of the delivery; null if the wait is short.</param>
    public sealed record Postpone(DateTimeOffset NotBefore, string? Reason) : WarmUpDecision;

    /// <summary>No server will have room before the delivery expires.</summary>
    public sealed record Expire(string Reason) : WarmUpDecision;
}

/// <summary>
/// Holds servers to their daily caps while they are warmed up. What one server has no room for goes to another; what
/// none has room for waits, as long as it is worth waiting. Without a warm-up it costs nothing.
/// </summary>
public sealed class WarmUpLimiter : IDisposable
{
    /// <summary>What the reply of a postponed delivery begins with.</summary>
    internal const string PostponedReply = "postponed by the warm-up of ";

    /// <summary>The wait for a server that has room and is unavailable.</summary>
    private static readonly TimeSpan UnavailableDelay = TimeSpan.FromMinutes(1);

    private readonly WarmUpSchedule schedule;
    private readonly WarmUpStore store;
    private readonly TimeProvider clock;
    private readonly ILogger<WarmUpLimiter> logger;
    private readonly Dictionary<string, ServerPermits> permits;
    private readonly PostponementSchedule postponements = new();
    private readonly WarmUpCounters counters = new();

    public WarmUpLimiter(
        WarmUpSchedule schedule, WarmUpStore store, TimeProvider clock, ILogger<WarmUpLimiter> logger)
    {
        this.schedule = schedule;
        this.store = store;
        this.clock = clock;
        this.logger = logger;
        permits = schedule.Plans.ToDictionary(plan => plan.Server, plan => new ServerPermits(plan, store, clock));
    }

    /// <summary>Whether any server has a cap now.</summary>
    public bool IsActive => schedule.IsActive(clock.GetUtcNow());

    /// <summary>Decides through which server a delivery is sent, or for how long it waits.</summary>
    /// <param name="connection">The connection of the worker that claimed it.</param>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    internal async ValueTask<WarmUpDecision> DecideAsync(
        ClaimedDelivery delivery, string domain, IMailConnection connection)
    {
        var now = clock.GetUtcNow();
        var day = WarmUpSchedule.ToDay(now);
        if (now >= delivery.Claim.ExpiresAt)
        {
            CountExpired(delivery, connection, day);
            return new WarmUpDecision.Send(connection.Server, null);
        }

        var messageClass = Classify(delivery.Identity, day);
        WarmUpDenial? first = null;
        foreach (var server in (string[])[connection.Server, .. OthersFor(connection, day)])
        {
            if (schedule.FindActive(server, day) is null)
            {
                return new WarmUpDecision.Send(server, null);
            }

            var permit = new WarmUpPermit(server, day, domain.ToLowerInvariant(), messageClass);
            if (await permits[server].TakeAsync(day, permit.Domain, messageClass) is not { } denial)
            {
                return new WarmUpDecision.Send(server, permit);
            }

            first ??= denial;
        }

        return Postpone(delivery, first!, now, day);
    }

    /// <summary>Finds the first connection whose server has room for a message that is not in the queue.</summary>
    /// <returns>The connection, null if there is none, and the permit of its server.</returns>
    /// <exception cref="TrendingMailException">The database is unavailable.</exception>
    internal async ValueTask<(IMailConnection? Connection, WarmUpPermit? Permit)> FindRoomAsync(
        IReadOnlyList<IMailConnection> connections, string domain, MessageClass messageClass)
    {
        var day = WarmUpSchedule.ToDay(clock.GetUtcNow());
        foreach (var connection in connections.DistinctBy(connection => connection.Server))
        {
            if (schedule.FindActive(connection.Server, day) is null)
            {
                return (connection, null);
            }

            var permit = new WarmUpPermit(connection.Server, day, domain.ToLowerInvariant(), messageClass);
            if (await permits[permit.Server].TakeAsync(day, permit.Domain, permit.MessageClass) is null)
            {
                return (connection, permit);
            }
        }

        return (null, null);
    }

    /// <summary>Takes a permit to hand a message to a server because another one cannot carry it.</summary>
    /// <returns>Whether the server has room, or no cap. False while the database is unavailable.</returns>
    internal async ValueTask<bool> TryTakeAsync(string server, string domain)
    {
        var day = WarmUpSchedule.ToDay(clock.GetUtcNow());
        try
        {
            return schedule.FindActive(server, day) is null
                || await permits[server].TakeAsync(day, domain.ToLowerInvariant(), MessageClass.Digest) is null;
        }
        catch (TrendingMailException e)
        {
            logger.LogWarning("Cannot take a warm-up permit for {Server}: {Fault}", server, e.Message);
            return false;
        }
    }

    /// <summary>Gives back the permit of a message that was not handed to the server.</summary>
    internal void GiveBack(WarmUpPermit? permit)
    {
        if (permit is { } unused)
        {
            permits[unused.Server].GiveBack(unused);
        }
    }

    /// <summary>
    /// Gives unused permits back to all nodes, and adds what was counted. If the database is unavailable, the permits
    /// are wasted.
    /// </summary>
    /// <returns>The servers for which deliveries expired that found no room, by day.</returns>
    internal async Task<IReadOnlyList<(string Server, DateOnly Day)>> FlushAsync()
    {
        var expired = new List<(string, DateOnly)>();
        var changes = permits.Select(entry => (Server: entry.Key, Unused: entry.Value.TakeUnused()))
            .SelectMany(entry =>
                entry.Unused.Changes.Select(change => (entry.Server, entry.Unused.Day, Change: change)))
            .Concat(counters.TakeAll());
        try
        {
            foreach (var day in changes.GroupBy(entry => (entry.Server, entry.Day)))
            {
                await store.AddAsync(
                    day.Key.Server, day.Key.Day, Merge(day.Select(entry => entry.Change)), CancellationToken.None);
                if (day.Any(entry => entry.Change.Expired > 0))
                {
                    expired.Add(day.Key);
                }
            }
        }
        catch (TrendingMailException e)
        {
            logger.LogWarning("Cannot return unused warm-up permits, which are wasted: {Fault}", e.Message);
        }

        return expired;
    }

    /// <summary>Whether a warm-up was the reason for which a delivery last waited.</summary>
    internal static bool IsPostponed(ClaimedDelivery delivery) =>
        delivery.Claim.Reply?.StartsWith(PostponedReply, StringComparison.Ordinal) == true;

    public void Dispose()
    {
        foreach (var server in permits.Values)
        {
            server.Dispose();
        }
    }

    private static MessageClass Classify(MessageIdentity identity, DateOnly day) =>
        identity.Mailing is not Mailing.Digest ? MessageClass.Notice
        : WarmUpSchedule.ToDay(identity.QueuedAt) < day ? MessageClass.EarlierDigest
        : MessageClass.Digest;

    private static UsageChange[] Merge(IEnumerable<UsageChange> changes) =>
    [
        .. changes.GroupBy(change => change.Domain).Select(domain => new UsageChange(
            domain.Key, domain.Sum(change => change.Digests), domain.Sum(change => change.Notices),
            domain.Sum(change => change.Postponed), domain.Sum(change => change.Expired))),
    ];

    /// <summary>The servers to ask after a connection's own.</summary>
    private IEnumerable<string> OthersFor(IMailConnection connection, DateOnly day) =>
        schedule.FindActive(connection.Server, day) is null ? [] : connection.OtherServers;

    /// <summary>
    /// Counts a delivery that expired while it was postponed, because the program was stopped meanwhile.
    /// </summary>
    private void CountExpired(ClaimedDelivery delivery, IMailConnection connection, DateOnly day)
    {
        if (IsPostponed(delivery) && (schedule.FindActive(connection.Server, day)
            ?? schedule.ActivePlans(day).FirstOrDefault()) is { } plan)
        {
            counters.Add(new WarmUpDenial(plan.Server, null, plan.GetCap(day), ""), day, isExpired: true);
        }
    }

    private WarmUpDecision Postpone(ClaimedDelivery delivery, WarmUpDenial denial, DateTimeOffset now, DateOnly day)
    {
        if (schedule.UnlimitedServers(day).Any())
        {
            return new WarmUpDecision.Postpone(now + UnavailableDelay, null);
        }

        if (postponements.GetNext(denial.Key, denial.Cap, now, delivery.Claim.ExpiresAt) is { } next)
        {
            counters.Add(denial, day, isExpired: false);
            return new WarmUpDecision.Postpone(next, $"postponed by {denial}");
        }

        counters.Add(denial, day, isExpired: true);
        return new WarmUpDecision.Expire($"given up: no room before its expiry in {denial}");
    }
}
