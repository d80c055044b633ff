using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace TrendingMail.Diagnostics.Dns.Resolving;

/// <summary>Asks the resolver of <see cref="DeliverabilityOptions.Resolver"/>, by UDP, or TCP if need be.</summary>
internal sealed class DnsResolver : IDnsResolver
{
    private const int DnsPort = 53;

    /// <summary>A resolver that asks other servers for a name may take some seconds.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Created at the first lookup: a machine without name servers has none.</summary>
    private readonly Lazy<LookupClient> client;

    private readonly TimeSpan timeout;

    public DnsResolver(DeliverabilityOptions options)
        : this(options, DefaultTimeout)
    {
    }

    /// <param name="timeout">How long to wait for an answer, before the question is repeated once.</param>
    internal DnsResolver(DeliverabilityOptions options, TimeSpan timeout)
    {
        this.timeout = timeout;
        client = new Lazy<LookupClient>(() =>
        {
            var settings = CreateOptions(options.Resolver);
            settings.Timeout = timeout;
            settings.Retries = 1;
            settings.UseCache = false;
            return new LookupClient(settings);
        });
    }

    private string Server => string.Join(" and ", client.Value.NameServers.Select(server => server.Port == DnsPort
        ? server.Address
        : new IPEndPoint(IPAddress.Parse(server.Address), server.Port).ToString()));

    public async Task<DnsAnswer<string>> FindTextsAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await QueryAsync<string, TxtRecord>(
            name, QueryType.TXT, record => string.Concat(record.Text), cancellationToken);

        // Servers rotate records, and a finding should not change with them.
        return answer with { Records = [.. answer.Records.Order(StringComparer.Ordinal)] };
    }

    public Task<DnsAnswer<IPAddress>> FindAddressesAsync(
        string name, AddressFamily family, CancellationToken cancellationToken) =>
        QueryAsync<IPAddress, AddressRecord>(
            name,
            family == AddressFamily.InterNetwork ? QueryType.A : QueryType.AAAA,
            record => record.Address,
            cancellationToken);

    public async Task<DnsAnswer<MailExchanger>> FindMailExchangersAsync(
        string domain, CancellationToken cancellationToken)
    {
        var answer = await QueryAsync<MailExchanger, MxRecord>(
            domain,
            QueryType.MX,
            record => new MailExchanger(record.Preference, WithoutDot(record.Exchange)),
            cancellationToken);
        return answer with { Records = [.. answer.Records.OrderBy(record => record.Preference)] };
    }

    public Task<DnsAnswer<string>> FindNamesAsync(IPAddress address, CancellationToken cancellationToken) =>
        QueryAsync<string, PtrRecord>(
            ZoneLine.ReverseName(address),
            QueryType.PTR,
            record => WithoutDot(record.PtrDomainName),
            cancellationToken);

    private async Task<DnsAnswer<T>> QueryAsync<T, TRecord>(
        string name, QueryType type, Func<TRecord, T> convert, CancellationToken cancellationToken)
        where TRecord : DnsResourceRecord
    {
        DnsAnswer<T> Answer(DnsStatus status) => new(name, type.ToString(), status, []);
        if (!IsName(name))
        {
            // What cannot be looked up does not exist.
            return Answer(DnsStatus.NoName);
        }

        try
        {
            var response = await client.Value.QueryAsync($"{name}.", type, cancellationToken: cancellationToken);
            var records = response.Answers.OfType<TRecord>().Select(convert).ToArray();
            return response.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError when records.Length > 0 =>
                    Answer(DnsStatus.Found) with { Records = records, AliasTarget = FindAliasTarget(response) },
                DnsHeaderResponseCode.NoError =>
                    Answer(DnsStatus.NoData) with { AliasTarget = FindAliasTarget(response) },
                DnsHeaderResponseCode.NotExistentDomain =>
                    Answer(DnsStatus.NoName) with { AliasTarget = FindAliasTarget(response) },
                var code => Answer(DnsStatus.Failed) with { Failure = $"{Server} answered {Format(code)}" },
            };
        }
        catch (Exception e) when (e is DnsResponseException or SocketException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Answer(DnsStatus.Failed) with { Failure = Explain(e) };
        }
        catch (InvalidOperationException e) when (!client.IsValueCreated)
        {
            return Answer(DnsStatus.Failed) with { Failure = $"no name server is configured ({e.Message})" };
        }
    }

    /// <summary>Whether a name has the form of RFC 1035; one that macros of SPF expand to need not.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= 253
        && name.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => c is > ' ' and < '\x7f'));

    private static LookupClientOptions CreateOptions(string resolver)
    {
        if (resolver.Length == 0)
        {
            return new LookupClientOptions();
        }

        var endpoint = IPEndPoint.Parse(resolver);
        return new LookupClientOptions(endpoint.Port == 0 ? new IPEndPoint(endpoint.Address, DnsPort) : endpoint);
    }

    private string Explain(Exception fault) => fault switch
    {
        DnsResponseException { Code: DnsResponseCode.ConnectionTimeout } or OperationCanceledException =>
            $"{Server} did not answer within {timeout.TotalSeconds:0.#} seconds",
        _ => $"{Server} did not answer ({fault.GetBaseException().Message.Split('\n')[0].Trim()})",
    };

    private static string? FindAliasTarget(IDnsQueryResponse response) =>
        response.Answers.CnameRecords().LastOrDefault() is { } alias ? WithoutDot(alias.CanonicalName) : null;

    private static string Format(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.Refused => "REFUSED",
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        _ => code.ToString(),
    };

    private static string WithoutDot(DnsString name) => name.Value.TrimEnd('.');
}
