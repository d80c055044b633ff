using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery.Smtp.Connecting;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.Diagnostics.Dns.TransportSecurity;

/// <summary>A policy file, or why there is none.</summary>
internal sealed record FetchedPolicy(string? Text, string? Failure);

/// <summary>Fetches policy files of MTA-STS (RFC 8461 section 3.3): by HTTPS, without redirects.</summary>
internal sealed class MtaStsPolicyClient(IHttpClientFactory clients)
{
    private const string ClientName = "mta-sts";

    /// <summary>RFC 8461 section 3.3 suggests it.</summary>
    private const int MaxBytes = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public static Uri Locate(string domain) => new($"https://mta-sts.{domain}/.well-known/mta-sts.txt");

    /// <summary>Registers the HTTP client, which finds hosts by the resolver that the other checks ask.</summary>
    public static void Register(IServiceCollection services) => services.AddHttpClient(ClientName)
        .ConfigureHttpClient(client =>
        {
            client.Timeout = Timeout;
            client.MaxResponseContentBufferSize = MaxBytes;
        })
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = (context, stop) =>
                ConnectAsync(provider.GetRequiredService<IDnsResolver>(), context, stop),
        });

    public Task<FetchedPolicy> FetchAsync(string domain, CancellationToken cancellationToken) =>
        FetchAsync(Locate(domain), cancellationToken);

    internal async Task<FetchedPolicy> FetchAsync(Uri place, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var response = await client.GetAsync(place, cancellationToken);
            return !response.IsSuccessStatusCode
                ? new FetchedPolicy(null, $"the server answers {(int)response.StatusCode}")
                : new FetchedPolicy(await response.Content.ReadAsStringAsync(cancellationToken), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new FetchedPolicy(null, e.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.'));
        }
    }

    private static async ValueTask<Stream> ConnectAsync(
        IDnsResolver dns, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        var ip4 = await dns.FindAddressesAsync(endPoint.Host, AddressFamily.InterNetwork, cancellationToken);
        var ip6 = await dns.FindAddressesAsync(endPoint.Host, AddressFamily.InterNetworkV6, cancellationToken);
        if (ip4.Records.Count + ip6.Records.Count == 0)
        {
            throw new IOException(ip4.Failure ?? ip6.Failure ?? ip4.ExplainAbsence());
        }

        var socket = await TcpConnector.ConnectAsync(
            [.. ip4.Records, .. ip6.Records], endPoint.Port, Timeout, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
