using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Tests.Diagnostics.Dns;

/// <summary>Answers from lines such as <c>example.org MX 10 mail.example.org</c>.</summary>
/// <param name="lines">
/// Name, type and data. The type FAIL stands for a server that does not answer for the name, and PTR takes an address
/// for its name.
/// </param>
internal sealed class FakeResolver(params IEnumerable<string> lines) : IDnsResolver
{
    private readonly ILookup<(string Name, string Type), string> records = lines
        .Select(line => line.Split(' ', 3))
        .ToLookup(line => (line[0].ToLowerInvariant(), line[1]), line => line.ElementAtOrDefault(2) ?? "");

    /// <summary>The names that were looked up, with the type.</summary>
    public List<string> Queries { get; } = [];

    public Task<DnsAnswer<string>> FindTextsAsync(string name, CancellationToken cancellationToken) =>
        FindAsync(name, "TXT", text => text);

    public Task<DnsAnswer<IPAddress>> FindAddressesAsync(
        string name, AddressFamily family, CancellationToken cancellationToken) =>
        FindAsync(name, family == AddressFamily.InterNetwork ? "A" : "AAAA", IPAddress.Parse);

    public Task<DnsAnswer<MailExchanger>> FindMailExchangersAsync(string domain, CancellationToken cancellationToken) =>
        FindAsync(domain, "MX", data => new MailExchanger(
            int.Parse(data.Split(' ')[0], CultureInfo.InvariantCulture), data.Split(' ')[1].TrimEnd('.')));

    public Task<DnsAnswer<string>> FindNamesAsync(IPAddress address, CancellationToken cancellationToken) =>
        FindAsync(address.ToString(), "PTR", name => name);

    private Task<DnsAnswer<T>> FindAsync<T>(string name, string type, Func<string, T> parse)
    {
        Queries.Add($"{name} {type}");
        var key = name.ToLowerInvariant();
        var found = records[(key, type)].Select(parse).ToArray();
        var status = records[(key, "FAIL")].Any() ? DnsStatus.Failed
            : found.Length > 0 ? DnsStatus.Found
            : records.Any(record => record.Key.Name == key) ? DnsStatus.NoData
            : DnsStatus.NoName;
        return Task.FromResult(new DnsAnswer<T>(name, type, status, status == DnsStatus.Failed ? [] : found)
        {
            Failure = status == DnsStatus.Failed ? "192.0.2.53:53 answered SERVFAIL" : null,
        });
    }
}
