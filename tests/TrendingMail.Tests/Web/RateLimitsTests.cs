using System.Net;
using System.Net.Http.Json;
using TrendingMail.Links;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web;

public abstract class RateLimitsTests : WebTests
{
    protected RateLimitsTests(PostgreSqlFixture? postgres)
        : base(postgres)
    {
        Security = new SecurityOptions
        {
            RateLimits = new RateLimitOptions
            {
                SignUpsPerNetwork = 6, SignUpsPerAddress = 2, SignUpsPerDomain = 4, ActionsPerNetwork = 3,
                WebhooksPerNetwork = 2,
            },
        };
    }

    [Fact]
    public async Task WebhookRequestsAreLimitedPerNetwork()
    {
        for (var i = 0; i < 2; i++)
        {
            await PostAsync("/webhooks/ses", HttpStatusCode.NotFound);
        }

        var problem = await PostAsync("/webhooks/ses", HttpStatusCode.TooManyRequests);
        Assert.Contains("\"status\":429", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignUpsAreLimitedPerNetwork()
    {
        for (var i = 0; i < 6; i++)
        {
            RemoteAddress = IPAddress.Parse($"203.0.113.{i}");
            await SubscribeAsync($"ada@example{i}.net", HttpStatusCode.Accepted);
        }

        RemoteAddress = IPAddress.Parse("203.0.113.200");
        var page = await SubscribeAsync("ada@example7.net", HttpStatusCode.TooManyRequests);
        Assert.Contains("try again later", page, StringComparison.Ordinal);
        Assert.Null(await FindSubscriberAsync("ada@example7.net"));
        RemoteAddress = IPAddress.Parse("198.51.100.1");
        await SubscribeAsync("ada@example7.net", HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task ForgedNetworksDoNotRaiseTheLimitAndLeaveNoNetworkInTheConsentHistory()
    {
        for (var i = 0; i < 7; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe");
            request.Headers.Add("X-Forwarded-For", $"198.51.{i}.1");
            request.Content = new FormUrlEncodedContent([new("email", $"ada@example{i}.net")]);
            using var response = await Client.SendAsync(request, Stop);
            Assert.Equal(
                i < 6 ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests, response.StatusCode);
        }

        Assert.NotNull(await FindSubscriberAsync("ada@example0.net"));
        Assert.DoesNotContain("198.51.", await DumpDatabaseAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.", await DumpDatabaseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientsBehindAnUndeclaredProxyShareTheLimitsOfTenNetworks()
    {
        RemoteAddress = IPAddress.Loopback;
        for (var i = 0; i < 61; i++)
        {
            await SubscribeAsync(
                $"ada@example{i}.net", i < 60 ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests);
        }
    }

    [Fact]
    public async Task SignUpsAreLimitedPerAddressAcrossNetworks()
    {
        foreach (var (email, status) in ((string, HttpStatusCode)[])
            [
                ("ada@example.net", HttpStatusCode.Accepted),
                ("ADA@example.net", HttpStatusCode.Accepted),
                ("ada+2@example.net", HttpStatusCode.TooManyRequests),
                ("bo@example.net", HttpStatusCode.Accepted),
            ])
        {
            RemoteAddress = IPAddress.Parse($"2001:db8:{email.Length}::1");
            await SubscribeAsync(email, status);
        }
    }

    [Fact]
    public async Task SignUpsAreLimitedPerDomain()
    {
        for (var i = 0; i < 4; i++)
        {
            await SubscribeAsync($"reader{i}@example.net", HttpStatusCode.Accepted);
        }

        await SubscribeAsync("reader5@example.net", HttpStatusCode.TooManyRequests);
        await SubscribeAsync("reader5@example.org", HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task ARejectedResponseHasRetryAfter()
    {
        for (var i = 0; i < 3; i++)
        {
            using var form = new FormUrlEncodedContent([new("email", "ada@example.net")]);
            using var response = await Client.PostAsync("/subscribe", form, Stop);
            Assert.Equal(i < 2, response.StatusCode == HttpStatusCode.Accepted);
            Assert.Equal(i < 2, response.Headers.RetryAfter is null);
        }
    }

    [Fact]
    public async Task TheLimitIsAvailableAgainAfterAnHour()
    {
        for (var i = 0; i < 7; i++)
        {
            await SubscribeAsync(
                $"ada@example{i}.net", i < 6 ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests);
        }

        Clock.Advance(TimeSpan.FromHours(1));
        await SubscribeAsync("ada@example7.net", HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task ApiClientsGetProblemDetails()
    {
        for (var i = 0; i < 7; i++)
        {
            using var response = await Client.PostAsJsonAsync(
                "/api/v1/subscribers", new { email = $"ada@example{i}.net" }, Stop);
            Assert.Equal(i < 6 ? HttpStatusCode.Accepted : HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.Equal(i < 6 ? "application/json" : "application/problem+json",
                response.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task UnsubscribingIsNeverLimited()
    {
        for (var i = 0; i < 10; i++)
        {
            var subscriber = await AddSubscriberAsync($"reader{i}@example.net");
            await PostAsync(
                Link(subscriber, LinkPurpose.Unsubscribe), HttpStatusCode.OK, ("List-Unsubscribe", "One-Click"));
        }

        Assert.Equal(10, (await Get<SubscriberStore>().CountByStateAsync(Stop))[SubscriberState.Unsubscribed]);
    }

    [Fact]
    public async Task OtherActionsAreLimitedPerNetwork()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Confirm);
        for (var i = 0; i < 3; i++)
        {
            await PostAsync(link, HttpStatusCode.OK);
        }

        await PostAsync(link, HttpStatusCode.TooManyRequests);
        await PageAsync(link);
    }

    private Task<string> SubscribeAsync(string email, HttpStatusCode status) =>
        PostAsync("/subscribe", status, ("email", email));
}

public sealed class RateLimitsOnSqlite() : RateLimitsTests(null);

public sealed class RateLimitsOnPostgreSql() : RateLimitsTests(new PostgreSqlFixture());
