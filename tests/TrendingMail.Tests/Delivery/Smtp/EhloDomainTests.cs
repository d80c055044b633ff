using TrendingMail.Delivery.Smtp;

namespace TrendingMail.Tests.Delivery.Smtp;

public sealed class EhloDomainTests
{
    [Theory]
    [InlineData("mail.example.org", "mail.example.org")]
    [InlineData("build_host", "build-host")]
    [InlineData("bücher", "xn--bcher-kva")]
    [InlineData("a..ü", "a..")]
    [InlineData("", "localhost")]
    public void AHostNameBecomesADomainThatServersAccept(string hostName, string domain) =>
        Assert.Equal(domain, EhloDomain.FromHostName(hostName));
}
