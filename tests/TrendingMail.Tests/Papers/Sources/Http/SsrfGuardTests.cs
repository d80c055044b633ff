using System.Net;
using TrendingMail.Papers.Sources.Http;

namespace TrendingMail.Tests.Papers.Sources.Http;

public sealed class SsrfGuardTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public void GlobalAddressesArePublic(string address) => Assert.True(SsrfGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd12::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void SpecialPurposeAddressesAreNotPublic(string address) =>
        Assert.False(SsrfGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1:8080/other", true)]
    [InlineData("http://127.0.0.1:8081/api", false)]
    [InlineData("https://127.0.0.1:8080/api", false)]
    [InlineData("http://localhost:8080/api", false)]
    public void TheOriginIsTheSameSchemeHostAndPort(string address, bool isOrigin) =>
        Assert.Equal(isOrigin, new SsrfGuard(new Uri("http://127.0.0.1:8080/api")).IsOrigin(new Uri(address)));
}
