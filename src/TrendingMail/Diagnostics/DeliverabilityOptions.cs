namespace TrendingMail.Diagnostics;

/// <summary>Settings of section <c>Deliverability</c>: what makes mail arrive in the inbox.</summary>
public sealed record DeliverabilityOptions
{
    /// <summary>
    /// The DNS server that checks ask, with an optional port. Empty: those of the operating system.
    /// </summary>
    /// <value>an IP address such as 192.0.2.53 or 127.0.0.1:5353</value>
    public string Resolver { get; init; } = "";

    public IEnumerable<string> Validate()
    {
        if (Resolver.Length > 0 && !System.Net.IPEndPoint.TryParse(Resolver, out _))
        {
            yield return $"Deliverability:Resolver '{Resolver}' is not an IP address such as 192.0.2.53 or " +
                "127.0.0.1:5353.";
        }
    }
}
