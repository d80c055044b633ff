using System.Net;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Tests.Web.Clients;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:7:42:1:2:3:4", "2001:db8:7::/48")]
    [InlineData("::1", "::/48")]
    public void ANetworkDoesNotIdentifyAPerson(string address, string network) =>
        Assert.Equal(network, ClientNetwork.From(IPAddress.Parse(address)));

    [Fact]
    public void AnUnknownAddressHasNoNetwork() => Assert.Null(ClientNetwork.From(null));
}
