using System.Net;
using TrendingMail.Delivery;

namespace TrendingMail.Diagnostics.Dns.Hosts;

/// <summary>An address from which mail reaches the subscribers' servers.</summary>
/// <param name="Origin">How the address was found, as a line of evidence.</param>
/// <param name="Server">The configured server that sends from it; null if the operator named the address.</param>
/// <param name="Provider">The provider that runs the server; null if the relay is the operator's own.</param>
internal sealed record SendingAddress(IPAddress Address, string Origin, SmtpOptions? Server, string? Provider)
{
    /// <summary>The name that has the address, by which it was found; null if none is known.</summary>
    public string? Name { get; init; }
}

/// <summary>The known addresses, and why others are not known.</summary>
internal sealed record SendingAddressList(
    IReadOnlyList<SendingAddress> Addresses, IReadOnlyList<Finding> Unknown);
