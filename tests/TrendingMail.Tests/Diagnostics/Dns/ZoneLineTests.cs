using System.Net;
using TrendingMail.Diagnostics.Dns;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class ZoneLineTests
{
    [Fact]
    public void ALongTextIsSplitIntoStringsOfAtMost255Characters()
    {
        var line = ZoneLine.Text("s1._domainkey.example.org", new string('a', 300));

        Assert.Equal(
            $"s1._domainkey.example.org. IN TXT \"{new string('a', 255)}\" \"{new string('a', 45)}\"", line);
    }

    [Fact]
    public void QuotationMarksAndBackslashesAreEscaped() =>
        Assert.Equal(@"a.test. IN TXT ""x\""y\\""", ZoneLine.Text("a.test", @"x""y\"));

    [Theory]
    [InlineData("192.0.2.10", "10.2.0.192.in-addr.arpa. IN PTR mail.example.org.")]
    [InlineData("2001:db8::1",
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. IN PTR mail.example.org.")]
    public void AddressesHaveReverseNames(string address, string line) =>
        Assert.Equal(line, ZoneLine.Pointer(IPAddress.Parse(address), "mail.example.org"));
}
