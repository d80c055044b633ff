using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Diagnostics.Dns.Resolving;
using TrendingMail.Diagnostics.Dns.TransportSecurity;

namespace TrendingMail.Tests.Diagnostics.Dns;

/// <summary>Fetching policy files, here without TLS.</summary>
public sealed class MtaStsPolicyClientTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public MtaStsPolicyClientTests() => listener.Start();

    public void Dispose() => listener.Dispose();

    [Fact]
    public async Task TheHostIsFoundByTheResolverOfTheChecks()
    {
        var answering = AnswerAsync("200 OK", "", "version: STSv1");

        Assert.Equal(new FetchedPolicy("version: STSv1", null), await FetchAsync("mta-sts.example.org A 127.0.0.1"));
        Assert.Contains("Host: mta-sts.example.org", await answering, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        var answering = AnswerAsync("302 Found", "Location: http://127.0.0.1:1/\r\n", "");

        Assert.Equal("the server answers 302", (await FetchAsync("mta-sts.example.org A 127.0.0.1")).Failure);
        await answering;
    }

    [Fact]
    public async Task AFileThatIsTooLargeIsNotRead()
    {
        var answering = AnswerAsync("200 OK", "", new string('a', 100_000));

        Assert.NotNull((await FetchAsync("mta-sts.example.org A 127.0.0.1")).Failure);
        await answering;
    }

    [Theory]
    [InlineData("other.example.org A 127.0.0.1", "mta-sts.example.org does not exist in DNS")]
    [InlineData("mta-sts.example.org FAIL", "192.0.2.53:53 answered SERVFAIL")]
    public async Task AHostThatIsNotFoundIsTheReason(string record, string reason) =>
        Assert.Equal(reason, (await FetchAsync(record)).Failure);

    private async Task<FetchedPolicy> FetchAsync(string record)
    {
        var services = new ServiceCollection().AddSingleton<IDnsResolver>(new FakeResolver(record));
        MtaStsPolicyClient.Register(services);
        await using var provider = services.BuildServiceProvider();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return await new MtaStsPolicyClient(provider.GetRequiredService<IHttpClientFactory>()).FetchAsync(
            new Uri($"http://mta-sts.example.org:{port}/.well-known/mta-sts.txt"),
            TestContext.Current.CancellationToken);
    }

    /// <summary>Answers one request.</summary>
    /// <returns>The request.</returns>
    private async Task<string> AnswerAsync(string status, string header, string body)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var buffer = new byte[4096];
        var length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        var answer = $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{header}\r\n{body}";
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The client read no further than it wanted to.
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
