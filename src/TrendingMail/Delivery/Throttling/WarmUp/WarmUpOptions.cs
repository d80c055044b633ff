using TrendingMail.Configuration;

namespace TrendingMail.Delivery.Throttling.WarmUp;

/// <summary>
/// Settings of one entry of <c>Mail:Smtp:N:WarmUp:Domains</c>: a recipient domain with a start of its own.
/// </summary>
public sealed record DomainWarmUpOptions
{
    /// <summary>The domain of the recipients.</summary>
    /// <value>a domain</value>
    public string Domain { get; init; } = "";

    /// <summary>Messages to the domain on the first day. It grows by the server's factor.</summary>
    /// <value>1 or more</value>
    public int Start { get; init; }
}

/// <summary>
/// Settings of <c>Mail:Smtp:N:WarmUp</c>: how many messages a new server or IP address may send a day, until receivers
/// know it. Days are UTC days. After the last one there is no cap.
/// </summary>
public sealed record WarmUpOptions
{
    /// <summary>
    /// The first day of the warm-up. Empty: no warm-up. The server carries no mail before it. A later date starts the
    /// plan anew.
    /// </summary>
    /// <value>a date such as 2026-12-01</value>
    public DateOnly? FirstDay { get; init; }

    /// <summary>Messages on the first day, from all nodes together.</summary>
    [AcceptedRange(1, 10_000_000)]
    public int Start { get; init; } = 50;

    /// <summary>How many times the messages of one day the next day may have; 1 for a cap that does not grow.</summary>
    [AcceptedRange(1, 10)]
    public double Factor { get; init; } = 1.5;

    /// <summary>The number of days, also those without mail.</summary>
    [AcceptedRange(1, 365)]
    public int Days { get; init; } = 30;

    /// <summary>Messages to any one recipient domain on the first day. It grows by the same factor.</summary>
    [AcceptedRange(0, 10_000_000, MinimumMeans = "half of Start")]
    public int DomainStart { get; init; }

    /// <summary>Recipient domains that start with another number.</summary>
    public IReadOnlyList<DomainWarmUpOptions> Domains { get; init; } = [];

    /// <param name="key">The key of the section.</param>
    public IEnumerable<string> Validate(string key)
    {
        foreach (var error in AcceptedRangeAttribute.Validate(key, this))
        {
            yield return error;
        }

        if (FirstDay is null && this != new WarmUpOptions())
        {
            yield return $"{key}:FirstDay is missing, without which there is no warm-up; give the UTC date of its " +
                "first day, such as 2026-12-01.";
        }

        if (DomainStart > Start)
        {
            yield return $"{key}:DomainStart is {DomainStart}; give at most {key}:Start, which is {Start}.";
        }

        foreach (var (domain, index) in Domains.Select((domain, index) => (domain, index)))
        {
            if (string.IsNullOrWhiteSpace(domain.Domain) || domain.Start < 1)
            {
                yield return $"{key}:Domains:{index} needs a Domain and a Start of 1 or more.";
            }
        }

        foreach (var twice in Domains.GroupBy(domain => domain.Domain, StringComparer.OrdinalIgnoreCase)
            .Where(entries => entries.Key.Length > 0 && entries.Count() > 1))
        {
            yield return $"{key}:Domains has several entries for {twice.Key}; leave one.";
        }
    }
}
