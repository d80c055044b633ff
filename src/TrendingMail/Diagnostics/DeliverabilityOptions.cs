using System.Net;
using TrendingMail.Diagnostics.Seeds;

namespace TrendingMail.Diagnostics;

/// <summary>Settings of section <c>Deliverability</c>: what makes mail arrive in the inbox.</summary>
public sealed record DeliverabilityOptions
{
    /// <summary>
    /// The DNS server that checks ask, with an optional port. Empty: those of the operating system.
    /// </summary>
    /// <value>an IP address such as 192.0.2.53 or 127.0.0.1:5353</value>
    public string Resolver { get; init; } = "";

    /// <summary>
    /// The public addresses from which the relay sends, for SPF and reverse DNS. Empty: those of the relay's host or,
    /// if the relay is on this machine or a private network, of the name that it gives itself.
    /// </summary>
    /// <value>IP addresses such as 192.0.2.25</value>
    public IReadOnlyList<string> SendingAddresses { get; init; } = [];

    /// <summary>
    /// Whether digests are held while a check that needs no network finds what would harm the sender's reputation, such
    /// as links to localhost. Nothing is held while mail goes to the outbox.
    /// </summary>
    public bool HoldOnBadFindings { get; init; } = true;

    /// <summary>The seed mailboxes, which show where each provider files the digests.</summary>
    public IReadOnlyList<SeedOptions> Seeds { get; init; } = [];

    /// <summary>The seed mailbox with an address; null if it is no longer configured.</summary>
    internal SeedOptions? FindSeed(string recipient) => Seeds.FirstOrDefault(seed => seed.Recipient == recipient);

    /// <param name="baseDirectory">The folder against which relative paths are resolved.</param>
    public DeliverabilityOptions WithAbsolutePaths(string baseDirectory) => this with
    {
        Seeds = [.. Seeds.Select(seed => seed.WithAbsolutePaths(baseDirectory))],
    };

    public IEnumerable<string> Validate()
    {
        if (Resolver.Length > 0 && !IPEndPoint.TryParse(Resolver, out _))
        {
            yield return $"Deliverability:Resolver '{Resolver}' is not an IP address such as 192.0.2.53 or " +
                "127.0.0.1:5353.";
        }

        foreach (var (address, index) in SendingAddresses.Select((address, index) => (address, index)))
        {
            if (!IPAddress.TryParse(address, out _))
            {
                yield return $"Deliverability:SendingAddresses:{index} '{address}' is not an IP address such as " +
                    "192.0.2.25.";
            }
        }

        foreach (var error in Seeds.SelectMany((seed, index) => seed.Validate(index)))
        {
            yield return error;
        }

        foreach (var address in Seeds.GroupBy(seed => seed.Address.Trim(), StringComparer.OrdinalIgnoreCase)
            .Where(seeds => seeds.Key.Length > 0 && seeds.Count() > 1).Select(seeds => seeds.Key))
        {
            yield return $"Deliverability:Seeds has {address} twice.";
        }
    }
}
