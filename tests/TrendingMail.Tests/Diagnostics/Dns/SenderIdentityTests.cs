using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class SenderIdentityTests
{
    [Theory]
    [InlineData("", "reports@example.org")]
    [InlineData("bounces@example.org", "bounces@example.org")]
    [InlineData("bounces@papers.example.org", "bounces@papers.example.org")]
    [InlineData("bounces@provider.test", "reports@example.org")]
    [InlineData("bounces@notexample.org", "reports@example.org")]
    public void ReportsGoToTheMailboxThatTheProgramReadsIfItIsInTheDomain(string bounceAddress, string expected)
    {
        var sender = new SenderIdentity(new MailOptions { From = "digest@example.org", BounceAddress = bounceAddress });

        Assert.Equal(expected, sender.SuggestReportAddress("example.org", "reports"));
    }

    [Fact]
    public void ALocalSenderCannotBeLookedUp()
    {
        Assert.Equal(Verdict.Unknown, new SenderIdentity(new MailOptions()).NotConfigured?.Verdict);
        Assert.Null(new SenderIdentity(new MailOptions { From = "digest@example.org" }).NotConfigured);
    }
}
