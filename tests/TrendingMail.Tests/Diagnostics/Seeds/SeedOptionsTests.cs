using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Seeds;

namespace TrendingMail.Tests.Diagnostics.Seeds;

public sealed class SeedOptionsTests
{
    private static readonly SeedOptions Valid = new()
    {
        Address = "seed@gmail.com",
        Host = "imap.gmail.com",
        Password = "secret",
    };

    [Fact]
    public void AnAddressAHostAndAPasswordAreEnough()
    {
        Assert.Empty(Validate(Valid));
        Assert.Equal(("gmail.com", "seed@gmail.com"), (Valid.Label, Valid.LoginName));
        Assert.Equal("Seed@gmail.com", (Valid with { Address = " Seed@GMAIL.com" }).Recipient);
        Assert.Equal(993, Valid.PortOrDefault);
    }

    [Fact]
    public void TheProviderAndTheUserNameCanBeGiven()
    {
        var seed = Valid with { Provider = " Gmail ", UserName = "seed" };

        Assert.Equal(("Gmail", "seed"), (seed.Label, seed.LoginName));
    }

    [Fact]
    public void EachErrorNamesItsKeyAndTheWayOut() => Assert.Collection(
        Validate(
            Valid with { Address = "seed" },
            Valid with { Address = "b@gmail.com", Host = " " },
            Valid with { Address = "c@gmail.com", Port = 70_000, CaFile = "/nowhere" },
            Valid with { Address = "d@gmail.com", Password = "" },
            Valid with { Address = "e@gmail.com", Password = "", PasswordFile = "/nowhere" },
            Valid with { Address = "B@gmail.com" }),
        error => Assert.StartsWith("Deliverability:Seeds:0:Address 'seed' is not an email address: ", error),
        error => Assert.Equal(
            "Deliverability:Seeds:1:Host is empty; give the mailbox's IMAP server, such as imap.gmail.com.", error),
        error => Assert.StartsWith("Deliverability:Seeds:2:Port is 70000", error),
        error => Assert.StartsWith("Deliverability:Seeds:2:CaFile /nowhere does not exist", error),
        error => Assert.Equal("Deliverability:Seeds:3 needs a Password or a PasswordFile.", error),
        error => Assert.Equal("Deliverability:Seeds:4:PasswordFile /nowhere does not exist.", error),
        error => Assert.Equal("Deliverability:Seeds has b@gmail.com twice.", error));

    [Theory]
    [InlineData(SmtpSecurity.None, false, false)]
    [InlineData(SmtpSecurity.None, true, true)]
    [InlineData(SmtpSecurity.StartTls, false, true)]
    public void APasswordWithoutTlsMustBeAllowed(SmtpSecurity security, bool isAllowed, bool isValid) => Assert.Equal(
        isValid, !Validate(Valid with { Security = security, AllowPlaintextPassword = isAllowed }).Any());

    private static IEnumerable<string> Validate(params SeedOptions[] seeds) =>
        new DeliverabilityOptions { Seeds = seeds }.Validate();
}
