using System.Net;
using System.Text.Json;
using TrendingMail.Delivery.Hold;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Web.Operations;

public sealed class HealthEndpointsTests : WebTests
{
    private const int ManagementPort = 5081;

    [Fact]
    public async Task ThisMachineGetsTheDetailsOfReadinessAndOthersOnlyTheResult()
    {
        await HoldAsync();
        Assert.Equal("ready", await PageAsync("/healthz/ready"));
        (RemoteAddress, LocalPort) = (IPAddress.Loopback, ManagementPort);

        var detail = JsonElement.Parse(await PageAsync("/healthz/ready"));

        Assert.Equal("ready", detail.GetProperty("status").GetString());
        Assert.Empty(detail.GetProperty("faults").EnumerateArray());
        Assert.Equal(Morning, detail.GetProperty("hold").GetProperty("held_at").GetDateTimeOffset());
        Assert.Contains(
            "on hold", detail.GetProperty("hold").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDetailsSayWhyDigestsAreHeld()
    {
        (RemoteAddress, LocalPort) = (IPAddress.Loopback, ManagementPort);
        await Get<DigestHoldStore>().ReplaceAsync([new DigestHold
        {
            Check = "public-url", Finding = "Links lead to localhost.", Remedy = "Set Site:PublicUrl.",
            HeldAt = Morning,
        }], Stop);

        var detail = JsonElement.Parse(await PageAsync("/healthz/ready"));

        var hold = Assert.Single(detail.GetProperty("digest_holds").EnumerateArray());
        Assert.Equal("public-url", hold.GetProperty("check").GetString());
        Assert.Equal("Set Site:PublicUrl.", hold.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task ARequestThroughAProxyGetsNoDetails()
    {
        (RemoteAddress, LocalPort) = (IPAddress.Loopback, ManagementPort);
        await HoldAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz/ready");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using var response = await Client.SendAsync(request, Stop);

        Assert.Equal("ready", await response.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task ThePublicListenerGivesNoDetails()
    {
        RemoteAddress = IPAddress.Loopback;

        Assert.Equal("ready", await PageAsync("/healthz/ready"));
    }

    private Task<int> HoldAsync() => Get<Database>().WriteAsync(
        session => session.ExecuteAsync(HoldStore.PlaceSql(Clock.GetUtcNow(), Clock.GetUtcNow())), Stop);
}
