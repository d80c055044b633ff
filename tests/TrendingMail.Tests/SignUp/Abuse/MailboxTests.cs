using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class MailboxTests
{
    [Theory]
    [InlineData("ada.l+news@gmail.com", "adal@gmail.com")]
    [InlineData("Ada.L@googlemail.com", "adal@gmail.com")]
    [InlineData("ada.l+news+more@example.net", "ada.l@example.net")]
    [InlineData("ADA@EXAMPLE.NET", "ada@example.net")]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("+ada@example.net", "+ada@example.net")]
    [InlineData("ada-shop@yahoo.com", "ada@yahoo.com")]
    [InlineData("ada-shop@yahoo.co.uk", "ada@yahoo.co.uk")]
    [InlineData("ada-shop@example.net", "ada-shop@example.net")]
    [InlineData("ada-lund@gmail.com", "ada-lund@gmail.com")]
    [InlineData("shop@ada.fastmail.com", "ada@fastmail.com")]
    [InlineData("ada+shop@fastmail.com", "ada@fastmail.com")]
    [InlineData("ada@me.com", "ada@icloud.com")]
    [InlineData("a.d_a-l@protonmail.com", "adal@proton.me")]
    [InlineData("ada-l@ya.ru", "adal@yandex.ru")]
    [InlineData("ada.l@outlook.com", "ada.l@outlook.com")]
    public void AddressesOfOneMailboxHaveOneKey(string email, string mailbox)
    {
        Assert.True(EmailAddress.TryParse(email, out var address, out _));

        Assert.Equal(mailbox, Mailbox.From(address).Key);
    }
}
