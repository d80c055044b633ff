using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers.Addresses;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class DomainTyposTests
{
    [Theory]
    [InlineData("gmial.com", "gmail.com")]
    [InlineData("gmal.com", "gmail.com")]
    [InlineData("gmaill.com", "gmail.com")]
    [InlineData("gmail.con", "gmail.com")]
    [InlineData("gmail.co", "gmail.com")]
    [InlineData("gmsil.com", "gmail.com")]
    [InlineData("hotmial.com", "hotmail.com")]
    [InlineData("hotmail.cmo", "hotmail.com")]
    [InlineData("yaho.com", "yahoo.com")]
    [InlineData("outlok.com", "outlook.com")]
    [InlineData("iclould.com", "icloud.com")]
    [InlineData("protonmail.con", "protonmail.com")]
    [InlineData("aol.con", "aol.com")]
    [InlineData("t-onlin.de", "t-online.de")]
    [InlineData("example.con", "example.com")]
    [InlineData("GMIAL.com", "gmail.com")]
    public void AMisspelledDomainIsCorrected(string domain, string meant) =>
        Assert.Equal($"Ada.L@{meant}", Suggest($"Ada.L@{domain}")?.Value);

    [Theory]
    [InlineData("gmail.com")]
    [InlineData("ymail.com")]
    [InlineData("mail.com")]
    [InlineData("email.com")]
    [InlineData("gmx.de")]
    [InlineData("gmx.at")]
    [InlineData("aim.com")]
    [InlineData("web.es")]
    [InlineData("example.org")]
    [InlineData("university.edu")]
    [InlineData("gmail.example.com")]
    [InlineData("bücher.example")]
    public void ADistinctDomainIsNotCorrected(string domain) => Assert.Null(Suggest($"ada@{domain}"));

    private static EmailAddress? Suggest(string text) => EmailAddress.TryParse(text, out var address, out var fault)
        ? DomainTypos.Suggest(address)
        : throw new ArgumentException(fault);
}
