using System.Net;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Dns.TransportSecurity;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class MtaStsTests
{
    private const string Valid = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.org\r\nmax_age: 604800\r\n";

    [Theory]
    [InlineData(Valid, Verdict.Good)]
    [InlineData("version: STSv1\nmode: testing\nmx: *.example.org\nmax_age: 86400", Verdict.Good)]
    [InlineData("version: STSv1\nmode: none\nmax_age: 86400", Verdict.Good)]
    [InlineData("version: STSv1\nmode: enforce\nmx: other.example.org\nmax_age: 604800", Verdict.Bad)]
    [InlineData("version: STSv1\nmode: enforce\nmx: *.mail.example.org\nmax_age: 604800", Verdict.Bad)]
    [InlineData("version: STSv1\nmode: testing\nmx: other.example.org\nmax_age: 604800", Verdict.Warn)]
    [InlineData("version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 60", Verdict.Warn)]
    [InlineData("version: STSv1\nmode: enforce\nmx: mail.example.org", Verdict.Warn)]
    [InlineData("version: STSv1\nmode: enforced\nmx: mail.example.org\nmax_age: 604800", Verdict.Warn)]
    [InlineData("mode: enforce\nmx: mail.example.org\nmax_age: 604800", Verdict.Warn)]
    [InlineData("<html>Not found</html>", Verdict.Warn)]
    public async Task ThePolicyMustBeValidAndNameTheServers(string policy, Verdict verdict)
    {
        var finding = await CheckAsync(new HttpResponseMessage { Content = new StringContent(policy) });

        Assert.Equal(verdict, finding.Verdict);
    }

    [Fact]
    public async Task TheRemedyIsAPolicyThatNamesTheServers()
    {
        var finding = await CheckAsync(new HttpResponseMessage
        {
            Content = new StringContent(Valid.Replace("mail.", "old.", StringComparison.Ordinal)),
        });

        Assert.EndsWith("version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 604800", finding.Remedy,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.MovedPermanently)]
    public async Task AnotherAnswerIsNoPolicy(HttpStatusCode status)
    {
        var finding = await CheckAsync(new HttpResponseMessage(status) { Content = new StringContent(Valid) });

        const string Place = "https://mta-sts.example.org/.well-known/mta-sts.txt";
        Assert.Equal((Verdict.Warn, $"{Place} cannot be fetched: the server answers {(int)status}."),
            (finding.Verdict, finding.Text));
    }

    private static async Task<Finding> CheckAsync(HttpResponseMessage response)
    {
        using var clients = new FakeClients(response);
        var dns = new FakeResolver(
            "example.org MX 10 mail.example.org", "_mta-sts.example.org TXT v=STSv1; id=20260101T000000");
        var sender = new SenderIdentity(new MailOptions { From = "a@example.org" });
        var check = new MtaStsCheck(sender, dns, new MtaStsPolicyClient(clients));
        return Assert.Single(await check.RunAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Answers every request alike.</summary>
    private sealed class FakeClients(HttpResponseMessage response) : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(response);

        protected override void Dispose(bool disposing)
        {
            response.Dispose();
            base.Dispose(disposing);
        }
    }
}
