using System.Net;
using System.Net.Sockets;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns.Resolving;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>What a name server answers, and that it does not answer at all.</summary>
public sealed class DnsResolverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DifferentAnswersAreDistinguished()
    {
        await using var server = await DnsServer.StartAsync(
            "joined.test. IN TXT \"v=spf1 \" \"-all\"",
            "alias.test. IN CNAME joined.test.",
            "dangling.test. IN CNAME absent.test.",
            "*.wild.test. IN TXT \"anything\"",
            "_under_score.test. IN TXT \"found\"",
            "escaped.test. IN TXT \"a\\\\;b \\\"c\\\"\"");
        var dns = new DnsResolver(new DeliverabilityOptions { Resolver = server.Resolver });

        Assert.Equal((DnsStatus.Found, "v=spf1 -all"), await FindAsync(dns, "joined.test"));
        Assert.Equal((DnsStatus.Found, "v=spf1 -all"), await FindAsync(dns, "alias.test"));
        Assert.Equal((DnsStatus.Found, "anything"), await FindAsync(dns, "any.wild.test"));
        Assert.Equal((DnsStatus.Found, "found"), await FindAsync(dns, "_under_score.test"));
        Assert.Equal((DnsStatus.Found, "a\\;b \"c\""), await FindAsync(dns, "escaped.test"));
        Assert.Equal((DnsStatus.NoName, ""), await FindAsync(dns, "absent.test"));
        Assert.Equal((DnsStatus.NoName, ""), await FindAsync(dns, "dangling.test"));
        Assert.Equal((DnsStatus.NoName, ""), await FindAsync(dns, $"{new string('a', 64)}.test"));
        Assert.Equal((DnsStatus.NoName, ""), await FindAsync(dns, "empty..label.test"));
        Assert.Equal((DnsStatus.NoData, ""), await FindAsync(dns, "ns.test"));
        Assert.Equal((DnsStatus.Failed, ""), await FindAsync(dns, $"s1.{DnsServer.BrokenZone}"));
        Assert.Equal("dangling.test is an alias (CNAME) of absent.test, which does not exist.",
            (await dns.FindTextsAsync("dangling.test", Stop)).ExplainAbsence());
        Assert.Equal($"{server.Resolver} answered SERVFAIL",
            (await dns.FindTextsAsync(DnsServer.BrokenZone, Stop)).Failure);
    }

    [Fact]
    public async Task AServerThatIsSilentIsNotTakenForOneWithoutRecords()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var dns = new DnsResolver(
            new DeliverabilityOptions { Resolver = $"{silent.LocalEndPoint}" }, TimeSpan.FromMilliseconds(100));

        var answer = await dns.FindTextsAsync("example.org", Stop);

        Assert.Equal((DnsStatus.Failed, $"{silent.LocalEndPoint} did not answer within 0.1 seconds"),
            (answer.Status, answer.Failure));
    }

    [Fact]
    public async Task AServerThatDoesNotRunIsNotTakenForOneWithoutRecords()
    {
        var dns = new DnsResolver(
            new DeliverabilityOptions { Resolver = $"127.0.0.1:{TestApp.FreePort()}" }, TimeSpan.FromMilliseconds(100));

        Assert.Equal(DnsStatus.Failed, (await dns.FindTextsAsync("example.org", Stop)).Status);
    }

    private static async Task<(DnsStatus Status, string Text)> FindAsync(DnsResolver dns, string name)
    {
        var answer = await dns.FindTextsAsync(name, Stop);
        return (answer.Status, string.Concat(answer.Records));
    }
}
