using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Inbound.Webhooks.Providers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

public abstract class GenericTests : WebhookTests
{
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string Bounced = """
        {"type":"email.bounced","data":{"recipient":"ada@shop.example","permanent":true,"diagnostic":"550 5.1.1 user unknown"}}
        """;

    protected GenericTests(PostgreSqlFixture? postgres)
        : base(postgres) =>
            Webhooks = new WebhookOptions { Generic = new GenericWebhookOptions { Secret = $"whsec_{Secret}" } };

    /// <summary>
    /// The example from the libraries of the specification: the signature is valid, but it is not one of our events.
    /// </summary>
    [Fact]
    public async Task SpecificationExampleHasAValidSignature()
    {
        var headers = new Dictionary<string, string>
        {
            ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
            ["webhook-timestamp"] = "1614265330",
            ["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        };
        var provider = new GenericWebhook(
            Webhooks.Generic, new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1614265330)));

        var result = await provider.ReadAsync(
            new WebhookRequest("""{"test": 2432232314}"""u8.ToArray(), headers.GetValueOrDefault, null), Stop);

        Assert.IsType<WebhookParseResult.Malformed>(result);
    }

    [Theory]
    [InlineData(Bounced, "suppressed: user_unknown: 550 5.1.1 user unknown")]
    [InlineData("""{"type":"email.bounced","data":{"recipient":"ada@shop.example","status":"5.2.2"}}""",
        "scored: mailbox_full")]
    [InlineData("""{"type":"email.complained","data":{"recipient":"ada@shop.example"}}""",
        "suppressed: complaint (abuse)")]
    [InlineData("""{"type":"email.complained","data":{"recipient":"ada@shop.example","feedback_type":"auth-failure"}}""", "noted: complaint (auth-failure)")]
    [InlineData("""{"type":"email.delayed","data":{"recipient":"ada@shop.example"}}""", "noted: expired")]
    [InlineData("""{"type":"email.delivered","data":{"recipient":"ada@shop.example"}}""", "noted")]
    [InlineData("""{"type":"email.unsubscribed","data":{"recipient":"ada@shop.example"}}""", "unsubscribed")]
    public async Task EachEventTypeLeadsToItsActionOnce(string body, string expected)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(HttpStatusCode.OK, body, "msg_1");
        Clock.Advance(TimeSpan.FromDays(1));
        await PostAsync(HttpStatusCode.OK, body, "msg_1");

        Assert.StartsWith(
            expected, Assert.Single(await ListInboundActionsAsync(subscriber.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReturnPathIdentifiesTheSubscriberWithoutAnAddress()
    {
        var (_, delivery) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(HttpStatusCode.OK,
            $$$"""{"type":"email.bounced","data":{"return_path":"{{{ReturnPathFor(delivery)}}}","permanent":true,"diagnostic":"user unknown"}}""", "msg_1");
        await PostAsync(HttpStatusCode.OK, """{"type":"email.bounced","data":{"permanent":true}}""", "msg_2");

        Assert.Equal(SuppressionReason.HardBounce, await FindSuppressionAsync(Ada));
    }

    [Fact]
    public async Task OneOfSeveralSignaturesIsEnough()
    {
        await AddSubscriberWithDeliveryAsync();

        await PostToAsync(
            "generic", HttpStatusCode.OK, Bounced, ("webhook-id", "msg_1"), ("webhook-timestamp", UnixSeconds()),
            ("webhook-signature", $"v1,AAAA v2,BBBB {Sign("msg_1", UnixSeconds(), Bounced)}"));

        Assert.Equal(SuppressionReason.HardBounce, await FindSuppressionAsync(Ada));
    }

    [Fact]
    public async Task InvalidAndExpiredSignaturesAreRejectedWithoutEffect()
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await DumpDatabaseAsync();
        var signature = Sign("msg_1", UnixSeconds(), Bounced);

        await PostToAsync("generic", HttpStatusCode.Unauthorized, Bounced);
        foreach (var (id, timestamp, body) in ((string, string, string)[])
            [("msg_2", UnixSeconds(), Bounced), ("msg_1", UnixSeconds(TimeSpan.FromSeconds(1)), Bounced),
                ("msg_1", UnixSeconds(), $"{Bounced} ")])
        {
            await PostToAsync("generic", HttpStatusCode.Unauthorized, body,
                ("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature));
        }

        var old = UnixSeconds(TimeSpan.FromMinutes(6));
        await PostToAsync("generic", HttpStatusCode.Unauthorized, Bounced,
            ("webhook-id", "msg_1"), ("webhook-timestamp", old), ("webhook-signature", Sign("msg_1", old, Bounced)));

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task UnconfiguredProvidersAreNotFound()
    {
        foreach (var provider in (string[])["ses", "sendgrid", "postmark", "mailgun", "sparkpost", "GENERIC"])
        {
            await PostToAsync(provider, HttpStatusCode.NotFound, Bounced);
        }

        await PageAsync("/webhooks/generic", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OversizedBodyIsRejected(bool hasContentLength)
    {
        using var content = new ByteArrayContent(new byte[(2 << 20) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/generic") { Content = content };
        request.Headers.TransferEncodingChunked = !hasContentLength;
        using var response = await Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    private Task<string> PostAsync(HttpStatusCode status, string body, string id) =>
        PostToAsync("generic", status, body,
        ("webhook-id", id), ("webhook-timestamp", UnixSeconds()), ("webhook-signature", Sign(id, UnixSeconds(), body)));

    private static string Sign(string id, string timestamp, string body) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}";
}

public sealed class GenericOnSqlite() : GenericTests(null);

public sealed class GenericOnPostgreSql() : GenericTests(new PostgreSqlFixture());
