using System.Net;

namespace TrendingMail.Tests.Web;

public sealed class MetricsPageTests : WebTests
{
    public MetricsPageTests()
    {
        RemoteAddress = IPAddress.Loopback;
    }

    [Fact]
    public async Task ThisMachineReadsWhatIsCounted()
    {
        using var response = await Browser.GetAsync("/metrics", Stop);

        Assert.StartsWith("text/plain", response.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Contains("trendingmail_deliveries_waiting{", text, StringComparison.Ordinal);
        Assert.Contains("state=\"deferred\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    public async Task BehindAProxyItIsNotThere(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add(header, value);

        using var response = await Browser.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task ForOtherMachinesItIsNotThere()
    {
        RemoteAddress = IPAddress.Parse("10.1.2.3");
        using var refused = await Browser.GetAsync("/metrics", Stop);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }
}
