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
                SignUpsPerNetwork = 6, SignUpsPerAddress = 2, ConfirmationsPerDomain = 10, ActionsPerNetwork = 3,
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
    public async Task AFloodToADomainIsAcceptedAndDripped()
    {
        for (var i = 0; i < 40; i++)
        {
            RemoteAddress = IPAddress.Parse($"198.51.{i / 5}.1");
            await SubscribeAsync($"reader{i}@example.net", HttpStatusCode.Accepted);
        }

        Assert.Single(await DeliverAsync());
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(11, (await DeliverAsync()).Count);
        Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(40, (await DeliverAsync()).Count);
    }

    [Fact]
    public async Task AFloodFromOneNetworkDoesNotDelayOthers()
    {
        RemoteAddress = IPAddress.Parse("203.0.113.1");
        for (var i = 0; i < 6; i++)
        {
            await SubscribeAsync($"reader{i}@example.net", HttpStatusCode.Accepted);
        }

        RemoteAddress = IPAddress.Parse("198.51.100.1");
        await SubscribeAsync("genuine@example.net", HttpStatusCode.Accepted);
        await DeliverAsync();
        Clock.Advance(TimeSpan.FromMinutes(36));

        Assert.Contains(await DeliverAsync(), mail => mail.To.ToString() == "genuine@example.net");
    }

    [Fact]
    public async Task AMailboxIsSentOneConfirmationAnHourWhateverItsAddresses()
    {
        foreach (var (network, email) in ((int, string)[])
            [(1, "v.i.c@gmail.com"), (2, "vic+0@gmail.com"), (3, "vic@googlemail.com"), (4, "VIC+1@gmail.com")])
        {
            RemoteAddress = IPAddress.Parse($"198.51.{network}.1");
            using var form = new FormUrlEncodedContent([new("email", email)]);
            using var response = await Client.PostAsync("/subscribe", form, Stop);
        }

        Assert.Single(await DeliverAsync());
        Clock.Advance(TimeSpan.FromMinutes(59));
        await SubscribeAsync("vic+2@gmail.com", HttpStatusCode.TooManyRequests);
        Assert.Single(await DeliverAsync());
        Clock.Advance(TimeSpan.FromMinutes(6));
        await SubscribeAsync("vic+2@gmail.com", HttpStatusCode.Accepted);
        Assert.Equal(2, (await DeliverAsync()).Count);
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
