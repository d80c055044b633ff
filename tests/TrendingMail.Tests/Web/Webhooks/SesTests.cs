using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

public abstract class SesTests : WebhookTests
{
    private readonly FakeSns sns = new();

    protected SesTests(PostgreSqlFixture? postgres)
        : base(postgres) =>
            Webhooks = new WebhookOptions { Ses = new SesWebhookOptions { TopicArns = [FakeSns.Topic] } };

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task HardBounceSuppressesImmediatelyAndIsRecorded(string version)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(Bounce("Permanent", "General", "smtp; 550 5.1.1 user unknown", "5.1.1"), version: version);

        Assert.Equal(SuppressionReason.HardBounce, await FindSuppressionAsync(Ada));
        Assert.Equal(
            ["suppressed: user_unknown: 550 5.1.1 user unknown"], await ListInboundActionsAsync(subscriber.Id));
        Assert.Equal(
            ("ses", ConsentKind.Bounced), (await Get<SubscriberStore>().ListConsentEventsAsync(subscriber.Id, Stop))
            .Select(e => (e.Origin, e.Kind)).Last());
    }

    [Fact]
    public async Task ReturnPathIdentifiesTheSubscriber()
    {
        var (_, delivery) = await AddSubscriberWithDeliveryAsync();
        await AddSubscriberAsync("bo@shop.example");

        await PostAsync(Bounce("Permanent", "General", "smtp; 550 5.1.1 user unknown", "5.1.1",
            address: "bo@shop.example", source: ReturnPathFor(delivery)));

        Assert.Equal(SuppressionReason.HardBounce, await FindSuppressionAsync(Ada));
        Assert.Null(await FindSuppressionAsync("bo@shop.example"));
    }

    [Fact]
    public async Task RepeatedEventIsHandledOnce()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();
        var bounce = Bounce("Transient", "MailboxFull", "smtp; 552 5.2.2 mailbox full", "5.2.2");

        await PostAsync(bounce);
        Clock.Advance(TimeSpan.FromDays(1));
        await PostAsync(bounce);

        Assert.Equal(["scored: mailbox_full: 552 5.2.2 mailbox full (day 1 of 5)"],
            await ListInboundActionsAsync(subscriber.Id));
        Assert.Equal(1, await CountAsync("inbound_messages"));
    }

    [Theory]
    [InlineData("Permanent", "NoEmail", null, null, "suppressed: user_unknown")]
    [InlineData("Permanent", "Suppressed", null, "5.1.1", "suppressed: user_unknown")]
    [InlineData("Permanent", "General", "smtp; 550 5.7.1 your message looks like spam", "5.7.1",
        "alerted: spam_content")]
    [InlineData("Transient", "General", null, null, "noted: other")]
    [InlineData("Transient", "MessageTooLarge", null, null, "alerted: too_big")]
    [InlineData("Undetermined", "Undetermined", null, null, "noted: other")]
    public async Task DiagnosticTextOverridesTheBounceType(
        string type, string subType, string? diagnostic, string? status, string expected)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(Bounce(type, subType, diagnostic, status));

        Assert.StartsWith(
            expected, Assert.Single(await ListInboundActionsAsync(subscriber.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ComplaintSuppresses()
    {
        await AddSubscriberWithDeliveryAsync();

        await PostAsync("""
            {"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"ada@shop.example"}],
             "feedbackId":"c1","complaintFeedbackType":"abuse","timestamp":"2026-11-23T07:59:00.000Z"},"mail":{"messageId":"m1"}}
            """);

        Assert.Equal(SuppressionReason.Complaint, await FindSuppressionAsync(Ada));
    }

    [Theory]
    [InlineData("""{"eventType":"DeliveryDelay","deliveryDelay":{"delayType":"MailboxFull","delayedRecipients":[{"emailAddress":"ada@shop.example","status":"4.2.2","diagnosticCode":"smtp; 452 4.2.2 mailbox full"}]},"mail":{"messageId":"m1"}}""", "noted: mailbox_full")]
    [InlineData("""{"notificationType":"Delivery","delivery":{"recipients":["ada@shop.example"],"smtpResponse":"250 2.0.0 OK"},"mail":{"messageId":"m1"}}""", "noted: other: 250 2.0.0 OK")]
    [InlineData("""{"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"ada@shop.example"}],"complaintFeedbackType":"not-spam","feedbackId":"c2"},"mail":{}}""", "noted: complaint (not-spam)")]
    public async Task OtherEventsAreOnlyRecorded(string message, string expected)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(message);

        Assert.StartsWith(
            expected, Assert.Single(await ListInboundActionsAsync(subscriber.Id)), StringComparison.Ordinal);
        Assert.Null(await FindSuppressionAsync(Ada));
        Assert.Equal(0, await CountAsync("bounce_scores"));
    }

    [Theory]
    [InlineData("Successfully validated SNS topic for Amazon SES event publishing.")]
    [InlineData("""{"eventType":"Open","open":{"ipAddress":"192.0.2.1"},"mail":{"destination":["ada@shop.example"]}}""")]
    [InlineData("""{"AlarmName":"something else"}""")]
    public async Task IrrelevantMessagesAreAcceptedAndIgnored(string message)
    {
        await AddSubscriberWithDeliveryAsync();

        await PostAsync(message);

        Assert.Equal(0, await CountAsync("inbound_messages"));
    }

    [Fact]
    public async Task TamperedMessageIsRejectedWithoutEffect()
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await DumpDatabaseAsync();
        var message = FakeSns.Sign(
            FakeSns.Notification(Bounce("Permanent", "General", "550 5.1.1 user unknown", "5.1.1"), Clock.GetUtcNow()));
        message["Message"] = message["Message"]!.GetValue<string>()
            .Replace(Ada, "bo@shop.example", StringComparison.Ordinal);

        await PostToAsync("ses", HttpStatusCode.Unauthorized, message.ToJsonString());

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Theory]
    [InlineData("https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://bucket.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com/?Action=ListTopics&x=SimpleNotificationService-0123456789abcdef.pem")]
    [InlineData("https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.s3.us-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.bucket.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com.cn/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.cn-north-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    [InlineData("https://sns.us-east-1-evil.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem")]
    public async Task CertificatesAreFetchedOnlyFromAmazonSns(string url)
    {
        var message = FakeSns.Sign(FakeSns.Notification("{}", Clock.GetUtcNow()));
        message["SigningCertURL"] = url;

        await PostToAsync("ses", HttpStatusCode.Unauthorized, message.ToJsonString());

        Assert.Empty(sns.RequestedUrls);
    }

    [Fact]
    public async Task CertificateIsFetchedOnceAndRejectedWhenExpired()
    {
        await PostAsync(Bounce("Transient", "General", null, null));
        await PostAsync(Bounce("Transient", "MailboxFull", null, null));
        Assert.Equal([FakeSns.CertificateUrl], sns.RequestedUrls);

        Clock.Advance(TimeSpan.FromDays(400));
        await PostAsync(Bounce("Transient", "General", null, null), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task OtherTopicsOldMessagesAndOtherSignatureVersionsAreRejected()
    {
        var other = FakeSns.Notification("{}", Clock.GetUtcNow());
        other["TopicArn"] = "arn:aws:sns:eu-west-1:999999999999:bounces";
        var old = FakeSns.Notification("{}", Clock.GetUtcNow() - TimeSpan.FromMinutes(61));
        var unknown = FakeSns.Sign(FakeSns.Notification("{}", Clock.GetUtcNow()));
        unknown["SignatureVersion"] = "3";

        await PostToAsync("ses", HttpStatusCode.Unauthorized, FakeSns.Sign(other).ToJsonString());
        await PostToAsync("ses", HttpStatusCode.Unauthorized, FakeSns.Sign(old).ToJsonString());
        await PostToAsync("ses", HttpStatusCode.Unauthorized, unknown.ToJsonString());
    }

    [Fact]
    public async Task UnreachableSnsLeadsToARetry()
    {
        await AddSubscriberWithDeliveryAsync();
        sns.IsDown = true;
        var bounce = Bounce("Permanent", "NoEmail", null, null);

        await PostAsync(bounce, HttpStatusCode.ServiceUnavailable);
        Assert.Null(await FindSuppressionAsync(Ada));

        sns.IsDown = false;
        await PostAsync(bounce);
        Assert.Equal(SuppressionReason.HardBounce, await FindSuppressionAsync(Ada));
    }

    [Theory]
    [InlineData("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37", true)]
    [InlineData("https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription&Token=2336412f37", true)]
    [InlineData("https://evil.example/?Action=ConfirmSubscription", false)]
    [InlineData("http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription", false)]
    [InlineData("https://sns.s3-us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37", false)]
    [InlineData("https://sns.eu-west-1.amazonaws.com/?Action=Publish&Action=ConfirmSubscription&Token=1", false)]
    [InlineData("https://sns.eu-west-1.amazonaws.com/bucket?Action=ConfirmSubscription&Token=2336412f37", false)]
    public async Task SubscriptionIsConfirmedOnlyAtAmazonSns(string url, bool isConfirmed)
    {
        var message = FakeSns.Sign(FakeSns.Confirmation(Clock.GetUtcNow(), url));

        await PostToAsync("ses", isConfirmed ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, message.ToJsonString());

        Assert.Equal(isConfirmed, sns.RequestedUrls.Contains(url));
    }

    [Fact]
    public async Task SubscriptionToAnUnknownTopicIsNotConfirmed()
    {
        var message = FakeSns.Confirmation(
            Clock.GetUtcNow(), "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription");
        message["TopicArn"] = "arn:aws:sns:eu-west-1:999999999999:other";

        await PostToAsync("ses", HttpStatusCode.Unauthorized, FakeSns.Sign(message).ToJsonString());

        Assert.Empty(sns.RequestedUrls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Type\":\"Notification\"}")]
    [InlineData("{\"notificationType\":\"Bounce\"}")]
    public async Task InvalidSnsMessageIsMalformed(string body) =>
        await PostToAsync("ses", HttpStatusCode.BadRequest, body);

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddHttpClient(WebhookServiceCollectionExtensions.SnsClientName)
            .ConfigurePrimaryHttpMessageHandler(() => sns);

    private Task<string> PostAsync(string message, HttpStatusCode status = HttpStatusCode.OK, string version = "2") =>
        PostToAsync("ses", status,
            FakeSns.Sign(FakeSns.Notification(message, Clock.GetUtcNow()), version).ToJsonString());

    private static string Bounce(
        string type, string subType, string? diagnostic, string? status, string address = Ada,
        string source = "digest@papers.example.org")
    {
        var recipient = new JsonObject { ["emailAddress"] = address, ["action"] = "failed" };
        if (diagnostic is not null)
        {
            recipient["diagnosticCode"] = diagnostic;
        }

        if (status is not null)
        {
            recipient["status"] = status;
        }

        return new JsonObject
        {
            ["notificationType"] = "Bounce",
            ["bounce"] = new JsonObject
            {
                ["bounceType"] = type,
                ["bounceSubType"] = subType,
                ["bouncedRecipients"] = new JsonArray(recipient),
                ["feedbackId"] = $"f-{type}-{subType}",
            },
            ["mail"] = new JsonObject
            {
                ["source"] = source, ["messageId"] = "0102",
                ["destination"] = new JsonArray(address)
            },
        }.ToJsonString();
    }
}

public sealed class SesOnSqlite() : SesTests(null);

public sealed class SesOnPostgreSql() : SesTests(new PostgreSqlFixture());
