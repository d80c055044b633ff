using System.Net;
using TrendingMail.Diagnostics.Dns.Spf;

namespace TrendingMail.Tests.Diagnostics.Dns.Spf;

/// <summary>The examples of RFC 7208 section 7.4.</summary>
public sealed class SpfMacroTests
{
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d3}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{h}", "mail.example.com")]
    [InlineData("%{p}", "mx.example.org")]
    [InlineData("%{S}", "strong-bad%40email.example.com")]
    [InlineData("%%%_%-", "% %20")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    public void MacrosAreExpanded(string spec, string expected) =>
        Assert.Equal(expected, SpfMacro.Expand(spec, Values("192.0.2.3")));

    [Fact]
    public void AnIpv6AddressIsExpandedToItsDigits() => Assert.Equal(
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
        SpfMacro.Expand("%{ir}.%{v}._spf.%{d2}", Values("2001:db8::cb01")));

    [Fact]
    public void ANameThatIsTooLongLosesLabelsOnTheLeft()
    {
        var expanded = SpfMacro.Expand($"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}." +
            $"{new string('d', 63)}.example.org", Values("192.0.2.3"));

        Assert.StartsWith("bbb", expanded, StringComparison.Ordinal);
        Assert.True(expanded.Length <= 253);
    }

    private static SpfMacroValues Values(string address) => new(
        IPAddress.Parse(address), "strong-bad@email.example.com", "mail.example.com", "email.example.com",
        "mx.example.org");
}
