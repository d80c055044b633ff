using System.Text;
using TrendingMail.Inbound.Classification;

namespace TrendingMail.Tests.Inbound.Classification;

public sealed class MailFactsTests
{
    [Theory]
    [InlineData("mx.papers.example; dmarc=pass header.from=shop.example", true)]
    [InlineData("mx.papers.example; spf=pass smtp.mailfrom=ada@shop.example", true)]
    [InlineData("mx.papers.example; dkim=pass header.d=shop.example", true)]
    [InlineData("mx.papers.example; dkim=pass header.d=mail.shop.example", false)]
    [InlineData("mx.papers.example; dkim=pass header.d=example", false)]
    [InlineData("mx.papers.example; spf=pass smtp.mailfrom=evil.example", false)]
    [InlineData("mx.papers.example; dmarc=fail header.from=shop.example", false)]
    [InlineData("mx.papers.example; none", false)]
    [InlineData("mx.evil.example; dmarc=pass header.from=shop.example", false)]
    [InlineData("", false)]
    [InlineData(";;;=", false)]
    public void SenderIsAuthenticatedOnlyByOurServerForTheAuthorDomain(string results, bool isAuthenticated)
    {
        var facts = ParseFacts($"Authentication-Results: {results}\nFrom: ada@shop.example\n\nx");

        Assert.Equal(isAuthenticated, facts.IsAuthenticatedBy("mx.papers.example"));
        Assert.False(facts.IsAuthenticatedBy(""));
    }

    [Fact]
    public void OnlyTheTopmostResultIsTrusted()
    {
        var facts = ParseFacts("Authentication-Results: mx.papers.example; dmarc=fail header.from=shop.example\n" +
            "Authentication-Results: mx.papers.example; dmarc=pass header.from=shop.example\nFrom: " +
            "ada@shop.example\n\nx");

        Assert.False(facts.IsAuthenticatedBy("mx.papers.example"));
    }

    [Fact]
    public void ContentHashIsIndependentOfTheRoute()
    {
        var contentHash = ParseFacts("Message-ID: <1@a.example>\n\none\ntwo\n").ContentHash;

        Assert.Equal(
            contentHash, ParseFacts(
                "Received: b\r\nMessage-ID: <1@a.example>\r\nDelivered-To: c\r\n\r\none\r\ntwo\r\n").ContentHash);
        Assert.NotEqual(contentHash, ParseFacts("Message-ID: <1@a.example>\n\none\nthree\n").ContentHash);
        Assert.NotEqual(contentHash, ParseFacts("Message-ID: <2@a.example>\n\none\ntwo\n").ContentHash);
    }

    private static MailFacts ParseFacts(string mail) => Classifier.Classify(Encoding.UTF8.GetBytes(mail)).Facts;
}
