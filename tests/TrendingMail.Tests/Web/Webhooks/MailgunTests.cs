using System.Net;
using System.Security.Cryptography;
using System.Text;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

public abstract class MailgunTests : WebhookTests
{
    private const string Key = "key-of-the-account";

    private const string Unknown = """
        {"event":"failed","severity":"permanent","reason":"bounce","id":"G1","timestamp":1763884800.12,"recipient":"ada@shop.example",
         "delivery-status":{"code":550,"message":"5.1.1 The email account that you tried to reach does not exist","attempt-no":1}}
        """;

    protected MailgunTests(PostgreSqlFixture? postgres)
        : base(postgres) =>
        Webhooks = new WebhookOptions { Mailgun = new MailgunWebhookOptions { SigningKey = Key } };

    [Fact]
    public async Task EventIsHandledOnceAlthoughEachAttemptHasANewSignature()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(HttpStatusCode.OK, Unknown, "token-1");
        await PostAsync(HttpStatusCode.OK, Unknown, "token-2");

        Assert.Equal(["suppressed: user_unknown: 550 5.1.1 The email account that you tried to reach does not exist"],
            await ListInboundActionsAsync(subscriber.Id));
    }

    [Fact]
    public async Task TokenIsAcceptedForOneEventOnly()
    {
        await AddSubscriberWithDeliveryAsync();
        await PostAsync(HttpStatusCode.OK, """{"event":"opened","id":"O1","recipient":"bo@shop.example"}""", "token-1");
        var before = await DumpDatabaseAsync();

        await PostAsync(HttpStatusCode.Unauthorized, Unknown, "token-1");
        await PostAsync(HttpStatusCode.OK, """{"event":"opened","id":"O1","recipient":"bo@shop.example"}""", "token-1");

        Assert.Equal(before, await DumpDatabaseAsync());
        Assert.Null(await FindSuppressionAsync(Ada));
    }

    [Theory]
    [InlineData("""{"event":"failed","severity":"temporary","reason":"generic","id":"1","recipient":"ada@shop.example","delivery-status":{"code":452,"message":"4.2.2 mailbox full"}}""", "noted: mailbox_full")]
    [InlineData("""{"event":"failed","severity":"permanent","reason":"suppress-bounce","id":"1","recipient":"ada@shop.example","delivery-status":{"code":605,"message":"","description":"Not delivering to previously bounced address"}}""", "suppressed: user_unknown")]
    [InlineData("""{"event":"failed","severity":"permanent","reason":"suppress-complaint","id":"1","recipient":"ada@shop.example"}""", "suppressed: complaint")]
    [InlineData("""{"event":"failed","severity":"permanent","reason":"suppress-unsubscribe","id":"1","recipient":"ada@shop.example"}""", "unsubscribed")]
    [InlineData("""{"event":"failed","severity":"permanent","reason":"old","id":"1","recipient":"ada@shop.example","delivery-status":{"code":602,"message":"Too old"}}""", "scored: expired")]
    [InlineData("""{"event":"failed","severity":"permanent","reason":"bounce","id":"1","recipient":"ada@shop.example","delivery-status":{"code":554,"message":"5.7.1 message refused as spam"}}""", "alerted: spam_content")]
    [InlineData("""{"event":"complained","id":"1","recipient":"ada@shop.example"}""", "suppressed: complaint")]
    [InlineData("""{"event":"unsubscribed","id":"1","recipient":"ada@shop.example"}""",
        "unsubscribed: reported by mailgun")]
    [InlineData("""{"event":"delivered","id":"1","recipient":"ada@shop.example","delivery-status":{"code":250,"message":"OK"}}""", "noted: other: OK")]
    public async Task EachEventTypeLeadsToItsAction(string e, string expected)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(HttpStatusCode.OK, e, "token-1");

        Assert.StartsWith(
            expected, Assert.Single(await ListInboundActionsAsync(subscriber.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidAndExpiredSignaturesAreRejectedWithoutEffect()
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await DumpDatabaseAsync();

        await PostToAsync(
            "mailgun", HttpStatusCode.Unauthorized, Body(Unknown, UnixSeconds(), "token-1", new string('0', 64)));
        await PostToAsync("mailgun", HttpStatusCode.Unauthorized,
            Body(Unknown, UnixSeconds(), "token-2", Sign(UnixSeconds(), "token-1")));
        await PostToAsync("mailgun", HttpStatusCode.Unauthorized, $$"""{"event-data":{{Unknown}}}""");
        var old = UnixSeconds(TimeSpan.FromHours(9));
        await PostToAsync("mailgun", HttpStatusCode.Unauthorized, Body(Unknown, old, "token-1", Sign(old, "token-1")));

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task InvalidEventIsMalformed()
    {
        await PostToAsync("mailgun", HttpStatusCode.BadRequest, "signature=1&token=2");
        await PostAsync(HttpStatusCode.BadRequest, "{}", "token-1");
    }

    [Fact]
    public async Task ExpiredTokensAreDeleted()
    {
        await PostAsync(HttpStatusCode.OK, """{"event":"opened","id":"O1"}""", "token-1");
        Clock.Advance(TimeSpan.FromDays(3));
        await PostAsync(HttpStatusCode.OK, """{"event":"opened","id":"O2"}""", "token-2");

        Assert.Equal(1, await CountAsync("webhook_nonces"));
    }

    private Task<string> PostAsync(HttpStatusCode status, string e, string token) =>
        PostToAsync("mailgun", status, Body(e, UnixSeconds(), token, Sign(UnixSeconds(), token)));

    private static string Body(string e, string timestamp, string token, string signature) =>
        $$"""{"signature":{"timestamp":"{{timestamp}}","token":"{{token}}","signature":"{{signature}}"},"event-data":{{e}}}""";

    private static string Sign(string timestamp, string token) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(timestamp + token)));
}

public sealed class MailgunOnSqlite() : MailgunTests(null);

public sealed class MailgunOnPostgreSql() : MailgunTests(new PostgreSqlFixture());
