using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class RoleAddressesTests
{
    [Theory]
    [InlineData("postmaster")]
    [InlineData("Abuse")]
    [InlineData("abuse+1")]
    [InlineData("MAILER-DAEMON")]
    [InlineData("noreply")]
    [InlineData("no-reply")]
    [InlineData("no_reply")]
    [InlineData("do-not-reply")]
    [InlineData("donotreply")]
    [InlineData("info")]
    [InlineData("hostmaster")]
    [InlineData("security")]
    [InlineData("papers-request")]
    [InlineData("owner-papers")]
    [InlineData("root")]
    public void AFunctionIsRecognized(string local) => Assert.True(RoleAddresses.Contains(Address(local)));

    [Theory]
    [InlineData("ada")]
    [InlineData("ada.abuse")]
    [InlineData("information")]
    [InlineData("newsome")]
    [InlineData("rootes")]
    [InlineData("request")]
    public void APersonIsNotTakenForOne(string local) => Assert.False(RoleAddresses.Contains(Address(local)));

    private static EmailAddress Address(string local) =>
        EmailAddress.TryParse($"{local}@example.net", out var address, out var fault)
            ? address : throw new ArgumentException(fault);
}
