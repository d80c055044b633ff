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
    public string Domain { get; init; } = "";

    public int MaxPerMinute { get; init; }
}

/// <summary>Settings of section <c>Delivery</c>.</summary>
public sealed record DeliveryOptions
{
    /// <summary>
    /// Minutes before the second attempt. The delay doubles after each further attempt, up to four hours.
    /// </summary>
    public int FirstRetryMinutes { get; init; } = 5;

    /// <summary>Hours after which a digest that could not be delivered is given up.</summary>
    public int GiveUpHours { get; init; } = 24;

    /// <summary>Days that deliveries and their events are kept. The counts of a mailing are kept for good.</summary>
    public int KeepDays { get; init; } = 90;

    /// <summary>
    /// Seconds that a claim or an attempt may take. After that, another node takes over the delivery of a node that
    /// died or stalled. If this is shorter than a server may take to reply, a message can be sent twice.
    /// </summary>
    public int LeaseSeconds { get; init; } = 900;

    public IReadOnlyList<DomainOptions> Domains { get; init; } = [];

    public UncertainPolicy OnUncertain { get; init; } = UncertainPolicy.Resend;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public IEnumerable<string> Validate()
    {
        if (FirstRetryMinutes is < 1 or > 240)
        {
            yield return $"Delivery:FirstRetryMinutes is {FirstRetryMinutes}; give 1 to 240.";
        }

        if (GiveUpHours is < 1 or > 168)
        {
            yield return $"Delivery:GiveUpHours is {GiveUpHours}; give 1 to 168.";
        }

        foreach (var (domain, index) in Domains.Select((domain, index) => (domain, index)))
        {
            if (string.IsNullOrWhiteSpace(domain.Domain) || domain.MaxPerMinute < 1)
            {
                yield return $"Delivery:Domains:{index} needs a Domain and MaxPerMinute of 1 or more.";
            }
        }

        if (LeaseSeconds is < 10 or > 86_400)
        {
            yield return $"Delivery:LeaseSeconds is {LeaseSeconds}; give 10 to 86400.";
        }

        if (KeepDays is < 14 or > 3650)
        {
            yield return $"Delivery:KeepDays is {KeepDays}; give 14 to 3650.";
        }
    }
}
