using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.Spf;

/// <summary>The lookups of an evaluation. One that fails ends it (temperror), one that finds nothing counts.</summary>
internal sealed class SpfLookups(IDnsResolver dns, SpfBudget budget, CancellationToken cancellationToken)
{
    /// <summary>How many hosts of an MX or PTR lookup count (RFC 7208 section 4.6.4).</summary>
    private const int MaxHosts = 10;

    /// <summary>The SPF record of a domain; null if it has none.</summary>
    /// <exception cref="SpfException">It has several or an invalid one, or DNS does not answer.</exception>
    public async Task<SpfRecord?> FindRecordAsync(string domain)
    {
        var answer = await dns.FindTextsAsync(domain, cancellationToken);
        RequireAnswer(answer);
        var records = answer.Records.Where(SpfRecord.IsSpf).ToArray();
        if (records.Length > 1)
        {
            throw new SpfException(SpfResult.PermError, $"{domain} has {records.Length} SPF records");
        }

        if (!answer.IsFound)
        {
            budget.CountVoid(domain);
        }

        var record = records.Length == 0 ? null : SpfParser.Parse(records[0]);
        return record?.Errors.FirstOrDefault() is { } error
            ? throw new SpfException(SpfResult.PermError, $"the record of {domain} has an error at {error}")
            : record;
    }

    /// <summary>The addresses of a name, of the family of an address.</summary>
    public async Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string name, AddressFamily family, bool countsVoid)
    {
        var answer = await dns.FindAddressesAsync(name, family, cancellationToken);
        RequireAnswer(answer);
        if (!answer.IsFound && countsVoid)
        {
            budget.CountVoid(name);
        }

        return answer.Records;
    }

    /// <summary>The addresses of the hosts that receive a domain's mail.</summary>
    public async Task<IReadOnlyList<IPAddress>> FindExchangerAddressesAsync(string domain, AddressFamily family)
    {
        var answer = await dns.FindMailExchangersAsync(domain, cancellationToken);
        RequireAnswer(answer);
        if (!answer.IsFound)
        {
            budget.CountVoid(domain);
        }

        if (answer.Records.Count > MaxHosts)
        {
            throw new SpfException(SpfResult.PermError, $"{domain} has more than {MaxHosts} MX records");
        }

        var addresses = new List<IPAddress>();
        foreach (var exchanger in answer.Records.Where(exchanger => exchanger.Host.Length > 0))
        {
            addresses.AddRange(await FindAddressesAsync(exchanger.Host, family, countsVoid: false));
        }

        return addresses;
    }

    /// <summary>The names of an address that lead back to it. What fails is left out (RFC 7208 section 5.5).</summary>
    public async Task<IReadOnlyList<string>> FindValidatedNamesAsync(IPAddress address)
    {
        var validated = new List<string>();
        var names = await dns.FindNamesAsync(address, cancellationToken);
        foreach (var name in names.Records.Take(MaxHosts))
        {
            var addresses = await dns.FindAddressesAsync(name, address.AddressFamily, cancellationToken);
            if (addresses.Records.Contains(address))
            {
                validated.Add(name);
            }
        }

        return validated;
    }

    private static void RequireAnswer<T>(DnsAnswer<T> answer)
    {
        if (answer.IsFailed)
        {
            throw new SpfException(
                SpfResult.TempError, $"the {answer.Type} records of {answer.Name} are not known: {answer.Failure}");
        }
    }
}
