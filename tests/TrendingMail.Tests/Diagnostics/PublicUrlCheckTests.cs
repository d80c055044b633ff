using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Identity;
using TrendingMail.Templates;

namespace TrendingMail.Tests.Diagnostics;

public sealed class PublicUrlCheckTests
{
    [Theory]
    [InlineData("http://localhost:5080", TransportKind.Smtp, Verdict.Bad)]
    [InlineData("http://127.0.0.1/", TransportKind.Smtp, Verdict.Bad)]
    [InlineData("http://localhost:5080", TransportKind.Outbox, Verdict.Warn)]
    [InlineData("http://papers.lab.internal", TransportKind.Smtp, Verdict.Warn)]
    [InlineData("http://10.1.2.3:5080", TransportKind.Smtp, Verdict.Warn)]
    [InlineData("http://papers.example.org", TransportKind.Smtp, Verdict.Warn)]
    [InlineData("https://papers.example.org/", TransportKind.Smtp, Verdict.Good)]
    public async Task LinksMustLeadToASiteThatSubscribersReach(string url, TransportKind transport, Verdict verdict)
    {
        var check = new PublicUrlCheck(
            new SiteOptions { PublicUrl = new Uri(url) }, new MailOptions { Transport = transport });

        var finding = Assert.Single(await check.RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(verdict, finding.Verdict);
        Assert.Equal(verdict == Verdict.Good, finding.Remedy is null);
    }
}
