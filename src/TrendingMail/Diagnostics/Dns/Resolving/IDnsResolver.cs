using System.Net;
using System.Net.Sockets;

namespace TrendingMail.Diagnostics.Dns.Resolving;

/// <summary>Looks names up in DNS. What goes wrong is part of the answer, never an exception.</summary>
internal interface IDnsResolver
{
    /// <summary>The TXT records of a name, the strings of each joined.</summary>
    Task<DnsAnswer<string>> FindTextsAsync(string name, CancellationToken cancellationToken);

    /// <summary>The A or AAAA records of a name.</summary>
    Task<DnsAnswer<IPAddress>> FindAddressesAsync(
        string name, AddressFamily family, CancellationToken cancellationToken);

    /// <summary>The MX records of a domain, the preferred one first.</summary>
    Task<DnsAnswer<MailExchanger>> FindMailExchangersAsync(string domain, CancellationToken cancellationToken);

    /// <summary>The names of an address (PTR).</summary>
    Task<DnsAnswer<string>> FindNamesAsync(IPAddress address, CancellationToken cancellationToken);
}

/// <summary>An MX record.</summary>
/// <param name="Host">Without the final dot; empty for a null MX (RFC 7505).</param>
internal readonly record struct MailExchanger(int Preference, string Host);
