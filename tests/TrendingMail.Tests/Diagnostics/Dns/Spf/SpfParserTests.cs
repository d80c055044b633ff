using TrendingMail.Diagnostics.Dns.Spf;

namespace TrendingMail.Tests.Diagnostics.Dns.Spf;

public sealed class SpfParserTests
{
    [Theory]
    [InlineData("v=spf1", true)]
    [InlineData("V=SPF1 -all", true)]
    [InlineData("v=spf1 -all", true)]
    [InlineData("v=spf10 -all", false)]
    [InlineData("v=spf1-all", false)]
    [InlineData(" v=spf1 -all", false)]
    [InlineData("v=spf2.0/pra -all", false)]
    [InlineData("spf1 -all", false)]
    public void ARecordIsRecognizedByItsVersion(string text, bool isSpf) => Assert.Equal(isSpf, SpfRecord.IsSpf(text));

    [Theory]
    [InlineData("v=spf1")]
    [InlineData("v=spf1   a  mx   -all  ")]
    [InlineData("v=spf1 A MX PTR INCLUDE:Example.org ip4:192.0.2.0/24 ?ALL")]
    [InlineData("v=spf1 a/24 mx//64 a:example.org/24//64 mx:example.org/0//0 ~all")]
    [InlineData("v=spf1 ip4:0.0.0.0/0 ip4:255.255.255.255/32 ip6:::/0 ip6:2001:db8::1/128 ip6:::ffff:192.0.2.1")]
    [InlineData("v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all")]
    [InlineData("v=spf1 exists:%{S}%%%_%-.example.org include:%{d} redirect=%{d2}")]
    [InlineData("v=spf1 a:foo:bar/baz.example.com a:under_score.example.com. ptr:example.com")]
    [InlineData("v=spf1 unknown=anything other.name-1=%{o} exp=explain._spf.%{d} -all")]
    public void ValidRecordsHaveNoErrors(string text) => Assert.Empty(SpfParser.Parse(text).Errors);

    [Theory]
    [InlineData("v=spf1 ipv4:192.0.2.1 -all", 8)]
    [InlineData("v=spf1 a ip4:192.0.2 -all", 10)]
    [InlineData("v=spf1 ip4:192.0.2.1/33 -all", 8)]
    [InlineData("v=spf1 ip4:192.0.2.1/024 -all", 8)]
    [InlineData("v=spf1 ip4:192.0.2.01 -all", 8)]
    [InlineData("v=spf1 ip4:192.0.2.256", 8)]
    [InlineData("v=spf1 ip4 -all", 8)]
    [InlineData("v=spf1 ip4:192.0.2.1. -all", 8)]
    [InlineData("v=spf1 ip6:2001:db8:::1 -all", 8)]
    [InlineData("v=spf1 ip6:192.0.2.1 -all", 8)]
    [InlineData("v=spf1 ip6:2001:db8::/129 -all", 8)]
    [InlineData("v=spf1 ip6:fe80::1%eth0 -all", 8)]
    [InlineData("v=spf1 a: -all", 8)]
    [InlineData("v=spf1 a/33 -all", 8)]
    [InlineData("v=spf1 a//129 -all", 8)]
    [InlineData("v=spf1 a:example.org/99 -all", 8)]
    [InlineData("v=spf1 a:localhost -all", 8)]
    [InlineData("v=spf1 a:192.0.2.1 -all", 8)]
    [InlineData("v=spf1 include -all", 8)]
    [InlineData("v=spf1 include:example.org/24 -all", 8)]
    [InlineData("v=spf1 all:example.org", 8)]
    [InlineData("v=spf1 +-all", 8)]
    [InlineData("v=spf1 exists:%{x}.example.org -all", 8)]
    [InlineData("v=spf1 exists:%{d0}.example.org -all", 8)]
    [InlineData("v=spf1 exists:%{i -all", 8)]
    [InlineData("v=spf1 exists:%{r}.example.org -all", 8)]
    [InlineData("v=spf1 exists:100%.example.org -all", 8)]
    [InlineData("v=spf1 a mx\t-all", 10)]
    [InlineData("v=spf1 redirect=a.example.org redirect=b.example.org", 31)]
    [InlineData("v=spf1 redirect= -all", 8)]
    [InlineData("v=spf1 exp=a.example.org exp=b.example.org -all", 26)]
    [InlineData("v=spf1 192.0.2.1 -all", 8)]
    [InlineData("v=spf1 a, mx -all", 8)]
    [InlineData("v=spf1 include:bücher.example -all", 8)]
    public void ASyntaxErrorIsFoundWhereItIs(string text, int position) =>
        Assert.Equal(position, SpfParser.Parse(text).Errors.First().Position);

    [Theory]
    [InlineData("ipv4:192.0.2.1", "ip4:192.0.2.1")]
    [InlineData("ip:192.0.2.0/24", "ip4:192.0.2.0/24")]
    [InlineData("192.0.2.1", "ip4:192.0.2.1")]
    [InlineData("2001:db8::1", "ip6:2001:db8::1")]
    [InlineData("ip4:2001:db8::1", "ip6:2001:db8::1")]
    [InlineData("a:192.0.2.1", "ip4:192.0.2.1")]
    [InlineData("ip4:192.0.2.1,", "ip4:192.0.2.1")]
    [InlineData("_spf.example.org", "include:_spf.example.org")]
    [InlineData("ip4:192.0.2.1/99", null)]
    [InlineData("nonsense", null)]
    public void CommonMistakesAreCorrected(string term, string? correction) =>
        Assert.Equal(correction, SpfCorrection.Suggest(term));

    [Fact]
    public void AllEndsARecordAndOverridesRedirect()
    {
        Assert.Null(SpfParser.Parse("v=spf1 redirect=example.org -all").Redirect);
        Assert.Equal("example.org", SpfParser.Parse("v=spf1 a redirect=example.org").Redirect?.Value);
    }
}
