using System.Text;
using TrendingMail.Inbound;

namespace TrendingMail.Tests.Inbound;

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
    public void ASenderIsGenuineWhereOurServerFoundTheAuthorsDomainSo(string results, bool genuine)
    {
        var facts = Of($"Authentication-Results: {results}\nFrom: ada@shop.example\n\nx");

        Assert.Equal(genuine, facts.IsGenuine("mx.papers.example"));
        Assert.False(facts.IsGenuine(""));
    }

    [Fact]
    public void OnlyTheTopmostResultIsBelieved()
    {
        var facts = Of("Authentication-Results: mx.papers.example; dmarc=fail header.from=shop.example\n" +
            "Authentication-Results: mx.papers.example; dmarc=pass header.from=shop.example\nFrom: ada@shop.example\n\nx");

        Assert.False(facts.IsGenuine("mx.papers.example"));
    }

    [Fact]
    public void TheDigestIsOfTheContentAndNotOfTheWay()
    {
        var digest = Of("Message-ID: <1@a.example>\n\none\ntwo\n").Digest;

        Assert.Equal(digest, Of("Received: b\r\nMessage-ID: <1@a.example>\r\nDelivered-To: c\r\n\r\none\r\ntwo\r\n").Digest);
        Assert.NotEqual(digest, Of("Message-ID: <1@a.example>\n\none\nthree\n").Digest);
        Assert.NotEqual(digest, Of("Message-ID: <2@a.example>\n\none\ntwo\n").Digest);
    }

    private static MailFacts Of(string mail) => Classifier.Classify(Encoding.UTF8.GetBytes(mail)).Facts;
}
