namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>
/// The plan by which the daily caps of one server grow: a function of the settings and the date, so that all nodes
/// agree on it and a restart changes nothing.
/// </summary>
public sealed class WarmUpPlan(string server, WarmUpOptions options)
{
    /// <summary>No cap grows beyond it.</summary>
    private const double MaxCap = 1e9;

    private readonly DateOnly firstDay = options.FirstDay ?? throw new ArgumentException("no warm-up", nameof(options));

    private readonly Dictionary<string, int> domainStarts = options.Domains.ToDictionary(
        domain => domain.Domain, domain => domain.Start, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the server.</summary>
    public string Server => server;

    public DateOnly FirstDay => firstDay;

    /// <summary>The number of days.</summary>
    public int Days => options.Days;

    /// <summary>Whether there is a cap on a day: until the last day of the plan.</summary>
    public bool IsActive(DateOnly day) => GetDayNumber(day) <= options.Days;

    /// <summary>The number of a day in the plan, from 1; 0 or less before the first day.</summary>
    public int GetDayNumber(DateOnly day) => day.DayNumber - firstDay.DayNumber + 1;

    /// <summary>The messages that the server may be handed on a day; 0 before the first one.</summary>
    public long GetCap(DateOnly day) => Grow(options.Start, day);

    /// <summary>The messages to one recipient domain that the server may be handed on a day.</summary>
    public long GetCap(DateOnly day, string domain) => Grow(
        domainStarts.TryGetValue(domain, out var start) ? start
        : options.DomainStart > 0 ? options.DomainStart : (options.Start + 1) / 2, day);

    private long Grow(int start, DateOnly day) => GetDayNumber(day) is > 0 and var number
        ? (long)Math.Min(start * Math.Pow(options.Factor, number - 1) + 1e-6, MaxCap)
        : 0;
}
