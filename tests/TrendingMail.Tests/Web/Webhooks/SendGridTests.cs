using System.Net;
using System.Security.Cryptography;
using System.Text;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

public abstract class SendGridTests : WebhookTests
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    protected SendGridTests(PostgreSqlFixture? postgres)
        : base(postgres) => Webhooks = new WebhookOptions
        {
            SendGrid = new SendGridWebhookOptions
            {
                PublicKey = Convert.ToBase64String(
                Key.ExportSubjectPublicKeyInfo())
            },
        };

    [Fact]
    public async Task EachEventOfABatchIsHandledOnce()
    {
        var (ada, _) = await AddSubscriberWithDeliveryAsync();
        var (bo, _) = await AddSubscriberWithDeliveryAsync("bo@shop.example");
        var (cy, _) = await AddSubscriberWithDeliveryAsync("cy@shop.example");
        const string Events = """
            [{"email":"ada@shop.example","event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 The email account does not exist","sg_event_id":"e1","timestamp":1},
             {"email":"bo@shop.example","event":"spamreport","sg_event_id":"e2"},
             {"email":"cy@shop.example","event":"deferred","response":"452 4.2.2 mailbox full","sg_event_id":"e3"},
             {"email":"cy@shop.example","event":"open","sg_event_id":"e4"},
             {"email":"stranger@shop.example","event":"delivered","sg_event_id":"e5"},
             "nonsense", {"event":"bounce"}]
            """;

        await PostAsync(Events);
        await PostAsync(Events);

        Assert.Equal(SuppressionReason.HardBounce, await FindSuppressionAsync(Ada));
        Assert.Equal(SuppressionReason.Complaint, await FindSuppressionAsync("bo@shop.example"));
        Assert.Equal(["noted: mailbox_full: 452 4.2.2 mailbox full"], await ListInboundActionsAsync(cy.Id));
        Assert.Single(await ListInboundActionsAsync(ada.Id));
        Assert.Single(await ListInboundActionsAsync(bo.Id));
    }

    [Theory]
    [InlineData("""{"email":"ada@shop.example","event":"bounce","type":"blocked","status":"5.7.1","reason":"554 5.7.1 rejected, spam"}""", "alerted: spam_content")]
    [InlineData("""{"email":"ada@shop.example","event":"bounce","type":"bounce","status":"5.0.0","reason":"550 no","bounce_classification":"Invalid Address"}""", "suppressed: user_unknown")]
    [InlineData("""{"email":"ada@shop.example","event":"bounce","type":"bounce","bounce_classification":"Reputation"}""", "alerted: blocked")]
    [InlineData("""{"email":"ada@shop.example","event":"dropped","reason":"Bounced Address","status":"5.0.0"}""",
        "suppressed: user_unknown")]
    [InlineData("""{"email":"ada@shop.example","event":"dropped","reason":"Spam Reporting Address"}""",
        "suppressed: complaint")]
    [InlineData("""{"email":"ada@shop.example","event":"dropped","reason":"Unsubscribed Address"}""",
        "unsubscribed: reported by sendgrid")]
    [InlineData("""{"email":"ada@shop.example","event":"group_unsubscribe","asm_group_id":10}""",
        "unsubscribed: reported by sendgrid")]
    [InlineData("""{"email":"ada@shop.example","event":"delivered","response":"250 OK"}""", "noted: other: 250 OK")]
    public async Task EachEventTypeLeadsToItsAction(string e, string expected)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync($"[{e}]");

        Assert.StartsWith(
            expected, Assert.Single(await ListInboundActionsAsync(subscriber.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnsubscribeAtTheProviderUnsubscribesHereWithoutAGoodbye()
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await CountAsync("deliveries");

        await PostAsync("""[{"email":"ada@shop.example","event":"unsubscribe","sg_event_id":"u1"}]""");

        Assert.Equal(SubscriberState.Unsubscribed, (await FindSubscriberAsync(Ada))!.State);
        Assert.Equal(before, await CountAsync("deliveries"));
    }

    [Fact]
    public async Task MessageIdIdentifiesTheDelivery()
    {
        var (subscriber, delivery) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(
            $$"""[{"email":"{{Ada}}","event":"bounce","sg_event_id":"b1","smtp-id":"<welcome-1.{{delivery}}@papers.example.org>"}]""");

        Assert.Equal(delivery, (await Get<SuppressionStore>().FindAsync(ParseAddress(subscriber), Stop))!.DeliveryId);
    }

    [Fact]
    public async Task InvalidSignatureIsRejectedWithoutEffect()
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await DumpDatabaseAsync();
        const string Events = """[{"email":"ada@shop.example","event":"spamreport","sg_event_id":"e2"}]""";
        var (timestamp, signature) = (UnixSeconds(), Sign(UnixSeconds(), Events));

        await PostToAsync("sendgrid", HttpStatusCode.Unauthorized, Events);
        await PostToAsync("sendgrid", HttpStatusCode.Unauthorized, Events + " ", Headers(timestamp, signature));
        await PostToAsync(
            "sendgrid", HttpStatusCode.Unauthorized, Events, Headers(UnixSeconds(TimeSpan.FromSeconds(1)), signature));
        await PostToAsync("sendgrid", HttpStatusCode.Unauthorized, Events, Headers(timestamp, "no signature"));

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task TimestampOutsideTheAllowedRangeIsRejected()
    {
        const string Events = """[{"email":"ada@shop.example","event":"spamreport","sg_event_id":"e2"}]""";
        foreach (var ago in (TimeSpan[])[TimeSpan.FromMinutes(61), -TimeSpan.FromMinutes(6)])
        {
            await PostToAsync("sendgrid", HttpStatusCode.Unauthorized, Events,
                Headers(UnixSeconds(ago), Sign(UnixSeconds(ago), Events)));
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    public async Task InvalidBatchIsMalformed(string body) =>
        await PostToAsync(
            "sendgrid", HttpStatusCode.BadRequest, body, Headers(UnixSeconds(), Sign(UnixSeconds(), body)));

    private Task<string> PostAsync(string events) =>
        PostToAsync("sendgrid", HttpStatusCode.OK, events, Headers(UnixSeconds(), Sign(UnixSeconds(), events)));

    private static (string, string)[] Headers(string timestamp, string signature) =>
    [
        ("X-Twilio-Email-Event-Webhook-Timestamp", timestamp),
        ("X-Twilio-Email-Event-Webhook-Signature", signature),
    ];

    private static string Sign(string timestamp, string body) => Convert.ToBase64String(Key.SignData(
        Encoding.UTF8.GetBytes(timestamp + body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    private static EmailAddress ParseAddress(Subscriber subscriber)
    {
        Assert.True(EmailAddress.TryParse(subscriber.Address, out var address, out _));
        return address;
    }
}

public sealed class SendGridOnSqlite() : SendGridTests(null);

public sealed class SendGridOnPostgreSql() : SendGridTests(new PostgreSqlFixture());
