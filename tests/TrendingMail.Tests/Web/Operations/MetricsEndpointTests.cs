using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Inbound.DomainReports;
using TrendingMail.SignUp.Abuse;

namespace TrendingMail.Tests.Web.Operations;

public sealed class MetricsEndpointTests : WebTests
{
    public MetricsEndpointTests()
    {
        RemoteAddress = IPAddress.Loopback;
        LocalPort = 5081;
        Security = new SecurityOptions { MetricsFrom = ["10.9.0.0/16"] };
    }

    [Fact]
    public async Task MetricsAreAvailableOnThisMachine()
    {
        using var response = await Client.GetAsync("/metrics", Stop);

        Assert.StartsWith("text/plain", response.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Contains("trendingmail_deliveries_waiting{", text, StringComparison.Ordinal);
        Assert.Contains("state=\"deferred\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReportsThatArriveByMailAreAmongTheMetrics()
    {
        await PageAsync("/healthz/live");

        DomainReportMeter.RecordComplaint();

        Assert.Matches("trendingmail_complaints_total[^\n]* [1-9]", await PageAsync("/metrics"));
    }

    [Fact]
    public async Task MetricsShowHowFarAWarmUpIs()
    {
        var text = await PageAsync("/metrics");

        Assert.Matches("trendingmail_warm_up_day\\{.*server=\"mx1:25\".*\\} 3\\s", text);
        Assert.Matches("trendingmail_warm_up_cap\\{.*server=\"mx1:25\".*\\} 112\\s", text);
        Assert.Matches("trendingmail_warm_up_used\\{.*server=\"mx1:25\".*\\} 0\\s", text);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("X-Real-IP", "203.0.113.9")]
    public async Task MetricsAreNotAvailableThroughAProxy(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add(header, value);

        using var response = await Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task MetricsAreNeverOnThePublicListener()
    {
        LocalPort = 5080;
        await PageAsync("/metrics", HttpStatusCode.NotFound);
        RemoteAddress = IPAddress.Parse("10.9.1.1");
        await PageAsync("/metrics", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task MetricsAreAvailableToANetworkThatIsNamed()
    {
        RemoteAddress = IPAddress.Parse("10.9.1.1");
        await PageAsync("/metrics");
    }

    [Fact]
    public async Task MetricsAreNotAvailableToOtherMachines()
    {
        RemoteAddress = IPAddress.Parse("10.1.2.3");
        using var response = await Client.GetAsync("/metrics", Stop);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton(new WarmUpSchedule(
        [new SmtpOptions { Host = "mx1", WarmUp = new WarmUpOptions { FirstDay = Today.AddDays(-2) } }]));
}
