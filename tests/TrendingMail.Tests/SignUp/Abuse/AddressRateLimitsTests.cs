using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class AddressRateLimitsTests
{
    [Theory]
    [InlineData("ada.l+news@gmail.com", "adal@gmail.com")]
    [InlineData("Ada.L@googlemail.com", "adal@googlemail.com")]
    [InlineData("ada.l+news@example.net", "ada.l@example.net")]
    [InlineData("+ada@example.net", "+ada@example.net")]
    public void SubaddressesCountAsOneMailbox(string email, string mailbox)
    {
        Assert.True(EmailAddress.TryParse(email, out var address, out _));

        Assert.Equal(mailbox, AddressRateLimits.GetMailbox(address));
    }
}
