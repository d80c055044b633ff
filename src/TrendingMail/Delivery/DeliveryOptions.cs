using TrendingMail.Configuration;

namespace TrendingMail.Delivery;

/// <summary>What happens to a message when it is unknown whether the server accepted it.</summary>
public enum UncertainPolicy
{
    /// <summary>Sent again with the same Message-ID: a subscriber may get it twice, but never misses it.</summary>
    Resend,

    /// <summary>Held for the operator: a subscriber may miss it, but never gets it twice.</summary>
    Hold,
}

/// <summary>Settings of one entry of <c>Delivery:Domains</c>: the rate limit of a recipient domain.</summary>
public sealed record DomainOptions
{
    /// <summary>The domain of the recipients.</summary>
    /// <value>a domain</value>
    public string Domain { get; init; } = "";

    /// <summary>Messages per minute to the domain.</summary>
    /// <value>1 or more</value>
    public int MaxPerMinute { get; init; }
}

/// <summary>Settings of section <c>Delivery</c>.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The days that a delivery waits at most.</summary>
    internal const int MaxGiveUpDays = 7;

    /// <summary>
    /// Minutes before the second attempt. The delay doubles after each further attempt, up to four hours.
    /// </summary>
    [AcceptedRange(1, 240)]
    public int FirstRetryMinutes { get; init; } = 5;

    /// <summary>Hours after which a digest that could not be delivered is given up.</summary>
    [AcceptedRange(1, MaxGiveUpDays * 24)]
    public int GiveUpHours { get; init; } = 24;

    /// <summary>Days that deliveries and their events are kept. The counts of a mailing are kept for good.</summary>
    [AcceptedRange(14, 3650)]
    public int KeepDays { get; init; } = 90;

    /// <summary>
    /// Seconds that a claim or an attempt may take. After that, another node takes over the delivery of a node that
    /// died or stalled. If this is shorter than a server may take to reply, a message can be sent twice.
    /// </summary>
    [AcceptedRange(10, 86_400)]
    public int LeaseSeconds { get; init; } = 900;

    /// <summary>Rate limits of recipient domains.</summary>
    public IReadOnlyList<DomainOptions> Domains { get; init; } = [];

    /// <summary>What happens to a message when it is unknown whether the server accepted it.</summary>
    public UncertainPolicy OnUncertain { get; init; } = UncertainPolicy.Resend;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public IEnumerable<string> Validate()
    {
        foreach (var error in AcceptedRangeAttribute.Validate("Delivery", this))
        {
            yield return error;
        }

        foreach (var (domain, index) in Domains.Select((domain, index) => (domain, index)))
        {
            if (string.IsNullOrWhiteSpace(domain.Domain) || domain.MaxPerMinute < 1)
            {
                yield return $"Delivery:Domains:{index} needs a Domain and MaxPerMinute of 1 or more.";
            }
        }
    }
}
