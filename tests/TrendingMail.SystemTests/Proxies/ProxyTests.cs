using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Proxies;

/// <summary>
/// Who a client is taken for, and what it can reach, through each proxy and under each declaration. Clients forge every
/// header that a proxy could set.
/// </summary>
public sealed class ProxyTests
{
    private const string ClientAddress = "127.9.8.7";

    private const string ClientNetwork = "127.9.8.0/24";

    private static readonly (string Name, string Value)[] Forged =
    [
        ("X-Forwarded-For", "198.51.100.66"), ("X-Real-IP", "198.51.100.66"), ("Forwarded", "for=198.51.100.66"),
        ("CF-Connecting-IP", "198.51.100.66"), ("X-Forwarded-Host", "localhost"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task WithoutADeclarationNoClientIsKnown() => CheckAsync([], [], []);

    [Fact]
    public Task ADeclaredProxyNamesTheClient() => CheckAsync(
        ["127.0.0.1"], [Route.Nginx, Route.Caddy, Route.CaddyAndNginx],
        [Route.Nginx, Route.Caddy, Route.CaddyAndNginx]);

    [Fact]
    public Task AProxyInAnotherContainerNamesTheClient() => CheckAsync(
        [ReverseProxies.ContainerAddress], [Route.ContainerNginx], [Route.ContainerNginx]);

    [Fact]
    public Task AnotherHeaderCanNameTheClient() => CheckAsync(
        ["127.0.0.1"], [Route.RealIpNginx], [Route.RealIpNginx], "X-Real-IP");

    /// <param name="known">The routes on which the client's network is recorded.</param>
    /// <param name="quiet">The routes whose use logs nothing.</param>
    private static async Task CheckAsync(
        string[] declared, Route[] known, Route[] quiet, string header = "X-Forwarded-For")
    {
        await using var app = new TestApp();
        for (var i = 0; i < declared.Length; i++)
        {
            app.Settings[$"Forwarding__KnownProxies__{i}"] = declared[i];
        }

        app.Settings["Forwarding__Header"] = header;
        await using var program = await app.ServeAsync();
        await using var proxies = await ReverseProxies.StartAsync(app);
        await app.WaitForFirstEditionAsync();
        foreach (var route in quiet.Concat(Enum.GetValues<Route>().Except(quiet)))
        {
            await AssertPublicAsync(proxies.Address(route), route);

            // A declared proxy that passes the client's own header on cannot be told from one that sets it.
            var headers = known.Contains(route) || !declared.Contains(GetPeer(route)) ? Forged : [];
            Assert.Equal(
                (route, known.Contains(route) ? ClientNetwork : null),
                (route, await SignUpAsync(app, proxies.Address(route), headers, $"ada@{route}.example.org")));
            Assert.Equal((route, false), (route, quiet.Contains(route) &&
                (program.Output + program.Errors).Contains("warn:", StringComparison.Ordinal)));
        }
    }

    private static string GetPeer(Route route) => route switch
    {
        Route.Direct => ClientAddress,
        Route.ContainerNginx or Route.BareContainerNginx => ReverseProxies.ContainerAddress,
        _ => "127.0.0.1",
    };

    /// <summary>Asserts that the pages are there, and neither the outbox nor the metrics, by whatever name.</summary>
    private static async Task AssertPublicAsync(Uri address, Route route)
    {
        foreach (var (path, expected) in ((string, HttpStatusCode)[])
            [("/", HttpStatusCode.OK), ("/outbox", HttpStatusCode.NotFound), ("/metrics", HttpStatusCode.NotFound)])
        {
            foreach (var host in (string[])["papers.example.org", "localhost", "127.0.0.1", "localhost:5081"])
            {
                Assert.Equal(
                    (route, path, host, expected), (route, path, host, await StatusAsync(address, path, host, [])));
            }

            Assert.Equal((route, path, expected),
                (route, path, await StatusAsync(address, path, "localhost", [("X-Forwarded-For", "127.0.0.1")])));
        }
    }

    /// <summary>Subscribes and returns the network in the consent history.</summary>
    private static async Task<string?> SignUpAsync(
        TestApp app, Uri address, (string, string)[] headers, string email)
    {
        using var client = CreateClient();
        using var request = CreateRequest(
            HttpMethod.Post, new Uri(address, "/subscribe"), "papers.example.org", headers);
        request.Content = new FormUrlEncodedContent([new("email", email)]);
        using var response = await client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await using var connection = await DeliveryScenario.OpenAsync(app);
        var row = await Until.FoundAsync(
            $"{email} is pending", TimeSpan.FromSeconds(30), () => FindConsentAsync(connection, email));
        return row.Network;
    }

    private static async Task<Consent?> FindConsentAsync(SqliteConnection connection, string email)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT c.network FROM consent_events c JOIN subscribers s ON s.id = c.subscriber_id
            WHERE s.address_key = $email
            """;
        command.Parameters.AddWithValue("$email", email.ToLowerInvariant());
        await using var reader = await command.ExecuteReaderAsync(Stop);
        return await reader.ReadAsync(Stop)
            ? new Consent(await reader.IsDBNullAsync(0, Stop) ? null : reader.GetString(0)) : null;
    }

    private static async Task<HttpStatusCode> StatusAsync(
        Uri address, string path, string host, (string, string)[] headers)
    {
        using var client = CreateClient();
        using var request = CreateRequest(HttpMethod.Get, new Uri(address, path), host, headers);
        using var response = await client.SendAsync(request, Stop);
        return response.StatusCode;
    }

    private static HttpRequestMessage CreateRequest(
        HttpMethod method, Uri address, string host, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>A client with an address that no proxy has.</summary>
    private static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(ClientAddress), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private sealed record Consent(string? Network);
}
