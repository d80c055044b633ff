namespace TrendingMail.Delivery;

/// <summary>What happens to a message of which nobody can say whether the server took it.</summary>
public enum UncertainPolicy
{
    /// <summary>Sent again with the same Message-ID: a reader may see it twice, never not at all.</summary>
    Resend,

    /// <summary>Left for the operator: a reader may not see it, never twice.</summary>
    Hold,
}

/// <summary>Settings of one entry of <c>Delivery:Domains</c>: a recipient domain that takes only so much.</summary>
public sealed record DomainOptions
{
    public string Domain { get; init; } = "";

    public int MaxPerMinute { get; init; }
}

/// <summary>Settings of section <c>Delivery</c>.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The wait before the second attempt, in minutes; each further one is twice as long, up to four hours.</summary>
    public int FirstRetryMinutes { get; init; } = 5;

    /// <summary>How long a digest is worth sending after it was queued, in hours.</summary>
    public int GiveUpHours { get; init; } = 24;

    /// <summary>How long each delivery's own story is kept, in days; a mailing's counts are kept for good.</summary>
    public int KeepDays { get; init; } = 90;

    /// <summary>
    /// How long a claim or an attempt may take, in seconds: after it a delivery of a node that vanished, or was held up, is taken
    /// over by another. Shorter than a server may take to answer, a mail can go out twice.
    /// </summary>
    public int LeaseSeconds { get; init; } = 900;

    public IReadOnlyList<DomainOptions> Domains { get; init; } = [];

    public UncertainPolicy OnUncertain { get; init; } = UncertainPolicy.Resend;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public IEnumerable<string> Faults()
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
