using TrendingMail.Configuration;

namespace TrendingMail.Tests.Configuration;

public sealed class InternetNameTests
{
    [Theory]
    [InlineData("news@bücher.example", "news@xn--bcher-kva.example")]
    [InlineData("jörg@bücher.example", "jörg@xn--bcher-kva.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("news@example.org", "news@example.org")]
    [InlineData("news@under_score.example", "news@under_score.example")]
    [InlineData("", "")]
    public void DomainsAreConverted(string name, string ascii) => Assert.Equal(ascii, InternetName.ToAscii(name));

    [Theory]
    [InlineData("news@bücher..example")]
    [InlineData("news@bü cher.example")]
    [InlineData("news@\u2028é.example")]
    public void ADomainWithoutAnAsciiFormIsNotConverted(string name) =>
        Assert.False(InternetName.TryToAscii(name, out _));

    [Theory]
    [InlineData("news+list@example.org", "mailto:news+list@example.org")]
    [InlineData("jörg@bücher.example", "mailto:j%C3%B6rg@xn--bcher-kva.example")]
    [InlineData("a?b&c@example.org", "mailto:a%3Fb%26c@example.org")]
    public void MailtoUrisAreAscii(string address, string uri) => Assert.Equal(uri, InternetName.ToMailto(address));
}
