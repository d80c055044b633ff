namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>The warm-up plans of all servers.</summary>
public sealed class WarmUpSchedule
{
    private readonly Dictionary<string, WarmUpPlan> plans;
    private readonly IReadOnlyList<string> servers;

    /// <param name="servers">All servers, with and without a warm-up.</param>
    public WarmUpSchedule(IEnumerable<SmtpOptions> servers)
    {
        var all = servers.ToArray();
        this.servers = [.. all.Select(server => server.Name)];
        plans = all.Where(server => server.WarmUp.FirstDay is not null)
            .ToDictionary(server => server.Name, server => new WarmUpPlan(server.Name, server.WarmUp));
    }

    /// <summary>A schedule without a warm-up.</summary>
    public static WarmUpSchedule None { get; } = new([]);

    /// <summary>The plans of the servers that have one, ended or not.</summary>
    public IReadOnlyCollection<WarmUpPlan> Plans => plans.Values;

    /// <summary>The plans that limit some server on a day.</summary>
    public IEnumerable<WarmUpPlan> ActivePlans(DateOnly day) => plans.Values.Where(plan => plan.IsActive(day));

    /// <summary>Whether any server has a cap at a time. Costs nothing where no warm-up is configured.</summary>
    public bool IsActive(DateTimeOffset now) => plans.Count > 0 && ActivePlans(ToDay(now)).Any();

    /// <summary>The plan that limits a server on a day; null if it has no cap.</summary>
    public WarmUpPlan? FindActive(string server, DateOnly day) =>
        plans.TryGetValue(server, out var plan) && plan.IsActive(day) ? plan : null;

    /// <summary>The servers that have no cap on a day.</summary>
    public IEnumerable<string> UnlimitedServers(DateOnly day) =>
        servers.Where(server => FindActive(server, day) is null);

    /// <summary>The day to which a message counts.</summary>
    public static DateOnly ToDay(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);
}
