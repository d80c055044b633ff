using System.Net;
using Microsoft.AspNetCore.Http;
using TrendingMail.Templates;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Tests.Web.Clients;

public sealed class ClientResolverTests
{
    private readonly CollectedLog<ClientResolver> logger = new();

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.7", "10.0.0.7")]
    public void AClientThatConnectsDirectlyIsKnown(string peer, string address) =>
        Assert.Equal(address, Resolve(peer).Address?.ToString());

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData(null)]
    public void AConnectionFromThisMachineMayBeAProxys(string? peer)
    {
        var client = Resolve(peer);

        Assert.Null(client.Address);
        Assert.Null(client.Network);
        Assert.True(client.SharesLimits);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "198.51.100.1")]
    [InlineData("x-forwarded-for", "127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("Forwarded", "for=198.51.100.1")]
    [InlineData("X-Real-IP", "198.51.100.1")]
    [InlineData("Via", "1.1 varnish")]
    [InlineData("CF-Connecting-IP", "198.51.100.1")]
    [InlineData("CF-Ray", "8f00")]
    [InlineData("True-Client-IP", "198.51.100.1")]
    public void ASignOfAnUndeclaredProxyMakesTheClientUnknown(string header, string value)
    {
        Assert.Null(Resolve("203.0.113.7", [], (header, value)).Address);
        Assert.Null(Resolve("172.18.0.2", [], (header, value)).Address);
    }

    [Fact]
    public void AnUnconfiguredProxyBetrayedByTheHostMakesTheClientUnknown()
    {
        var client = new ClientResolver(new ForwardingOptions(), Site, logger)
            .Resolve(Request("172.18.0.2", host: "app:5080"));

        Assert.Null(client.Address);
        Assert.True(client.SharesLimits);
    }

    [Fact]
    public void AProxysHeaderDoesNotEscapeTheLimitsOfAPublicAddress()
    {
        var plain = Resolve("203.0.113.7");
        var forged = Resolve("203.0.113.7", [], ("X-Forwarded-For", "198.51.100.1"));

        Assert.Equal((plain.LimitKey, plain.SharesLimits), (forged.LimitKey, forged.SharesLimits));
        Assert.Null(forged.Network);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7:51234", "203.0.113.7")]
    [InlineData("[2001:db8::7]:443", "2001:db8::7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.66, 203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.66, 203.0.113.7, 172.18.0.9", "203.0.113.7")]
    [InlineData("203.0.113.7, unknown", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("172.18.0.9, 127.0.0.1", null)]
    [InlineData("unknown", null)]
    [InlineData("5", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void AKnownProxyNamesTheClient(string? header, string? address)
    {
        (string, string)[] headers = header is null ? [] : [("X-Forwarded-For", header)];

        Assert.Equal(address, Resolve("127.0.0.1", ["127.0.0.1", "172.18.0.0/16"], headers).Address?.ToString());
    }

    [Fact]
    public void TheLastLineOfARepeatedHeaderCounts() => Assert.Equal("203.0.113.7",
        Resolve("127.0.0.1", ["127.0.0.1"], ("X-Forwarded-For", "198.51.100.66"), ("X-Forwarded-For", "203.0.113.7"))
            .Address?.ToString());

    [Theory]
    [InlineData("for=203.0.113.7", "203.0.113.7")]
    [InlineData("for=198.51.100.66, For=\"203.0.113.7:4711\";proto=https;by=127.0.0.1", "203.0.113.7")]
    [InlineData("for=\"[2001:db8::7]:4711\"", "2001:db8::7")]
    [InlineData("for=203.0.113.7, for=_hidden", null)]
    [InlineData("for=203.0.113.7, proto=https", null)]
    [InlineData("for=\"198.51.100.66, for=203.0.113.7", null)]
    public void TheForwardedHeaderIsReadAsInRfc7239(string value, string? address) => Assert.Equal(address,
        Resolve(new ForwardingOptions { KnownProxies = ["127.0.0.1"], Header = "Forwarded" }, ("Forwarded", value))
            .Address?.ToString());

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7, 198.51.100.66", null)]
    public void AnyOtherHeaderHoldsOneAddress(string value, string? address) => Assert.Equal(address,
        Resolve(new ForwardingOptions { KnownProxies = ["127.0.0.1"], Header = "X-Real-IP" },
            ("X-Real-IP", value), ("X-Forwarded-For", "198.51.100.1")).Address?.ToString());

    [Fact]
    public void OnlyAKnownProxyIsBelieved() =>
        Assert.Null(Resolve("127.0.0.2", ["127.0.0.1"], ("X-Forwarded-For", "203.0.113.7")).Address);

    [Fact]
    public void AnUndeclaredProxyIsReportedOnceWithTheRemedy()
    {
        var resolver = new ClientResolver(new ForwardingOptions(), Site, logger);
        for (var i = 0; i < 3; i++)
        {
            resolver.Resolve(Request("172.18.0.2", headers: [("X-Forwarded-For", "203.0.113.7")]));
        }

        Assert.Contains("Forwarding__KnownProxies__0=172.18.0.2",
            Assert.Single(logger.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsReportedOfDeclaredProxiesAndOfStrangersOnTheInternet()
    {
        Resolve("127.0.0.1", ["127.0.0.1"], ("X-Forwarded-For", "203.0.113.7"));
        Resolve("203.0.113.7", [], ("X-Forwarded-For", "127.0.0.1"));

        Assert.Empty(logger.Messages);
    }

    private static SiteOptions Site { get; } = new() { PublicUrl = new Uri("https://papers.example.org") };

    private Client Resolve(string? peer) => Resolve(peer, []);

    private Client Resolve(string? peer, string[] proxies, params (string, string)[] headers) =>
        new ClientResolver(new ForwardingOptions { KnownProxies = proxies }, Site, logger)
            .Resolve(Request(peer, headers: headers));

    private Client Resolve(ForwardingOptions options, params (string, string)[] headers) =>
        new ClientResolver(options, Site, logger).Resolve(Request("127.0.0.1", headers: headers));

    private static DefaultHttpContext Request(
        string? peer, string host = "papers.example.org", params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        http.Request.Protocol = HttpProtocol.Http11;
        http.Request.Host = new HostString(host);
        foreach (var (name, value) in headers)
        {
            http.Request.Headers.Append(name, value);
        }

        return http;
    }
}
