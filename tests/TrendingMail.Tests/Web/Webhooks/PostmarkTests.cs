using System.Net;
using System.Text;
using TrendingMail.Inbound.Webhooks;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Webhooks;

public abstract class PostmarkTests : WebhookTests
{
    private const string HardBounce = """
        {"RecordType":"Bounce","ID":42,"Type":"HardBounce","TypeCode":1,"Email":"ada@shop.example",
         "Details":"smtp;550 5.1.1 user unknown","Description":"The server was unable to deliver your message."}
        """;

    protected PostmarkTests(PostgreSqlFixture? postgres)
        : base(postgres) => Webhooks = new WebhookOptions
        {
            Postmark = new PostmarkWebhookOptions
            {
                UserName = "postmark",
                Password = "s3cret:word",
                HeaderName = "X-Papers-Secret",
                HeaderValue = "blue",
                Networks = ["203.0.113.64/28"],
            },
        };

    [Fact]
    public async Task AuthenticatedEventIsHandledOnce()
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(HardBounce);
        await PostAsync(HardBounce);

        Assert.Equal(
            ["suppressed: user_unknown: 550 5.1.1 user unknown"], await ListInboundActionsAsync(subscriber.Id));
    }

    [Theory]
    [InlineData("""{"RecordType":"Bounce","ID":1,"Type":"SoftBounce","Email":"ada@shop.example","Details":"smtp;552 5.2.2 mailbox full"}""", "scored: mailbox_full")]
    [InlineData("""{"RecordType":"Bounce","ID":1,"Type":"BadEmailAddress","Email":"ada@shop.example"}""",
        "suppressed: user_unknown")]
    [InlineData("""{"RecordType":"Bounce","ID":1,"Type":"SpamNotification","Email":"ada@shop.example"}""",
        "alerted: spam_content")]
    [InlineData("""{"RecordType":"Bounce","ID":1,"Type":"Transient","Email":"ada@shop.example"}""", "noted: expired")]
    [InlineData("""{"RecordType":"Bounce","ID":1,"Type":"AutoResponder","Email":"ada@shop.example"}""", "noted")]
    [InlineData("""{"RecordType":"SpamComplaint","ID":2,"Type":"SpamComplaint","Email":"ada@shop.example"}""",
        "suppressed: complaint (abuse)")]
    [InlineData("""{"RecordType":"Delivery","MessageID":"m","Recipient":"ada@shop.example","Details":"250 OK","DeliveredAt":"2026-11-23T07:00:00Z"}""", "noted: other: 250 OK")]
    [InlineData("""{"RecordType":"SubscriptionChange","Recipient":"ada@shop.example","SuppressSending":true,"SuppressionReason":"ManualSuppression","Origin":"Recipient"}""", "unsubscribed")]
    [InlineData("""{"RecordType":"SubscriptionChange","Recipient":"ada@shop.example","SuppressSending":true,"SuppressionReason":"HardBounce","Origin":"Recipient"}""", "suppressed: user_unknown")]
    public async Task EachRecordTypeLeadsToItsAction(string record, string expected)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(record);

        Assert.StartsWith(
            expected, Assert.Single(await ListInboundActionsAsync(subscriber.Id)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"RecordType":"SubscriptionChange","Recipient":"ada@shop.example","SuppressSending":false,"Origin":"Customer"}""")]
    [InlineData("""{"RecordType":"Open","Recipient":"ada@shop.example"}""")]
    [InlineData("""{"RecordType":"Bounce","ID":1,"Type":"HardBounce","Email":"stranger@shop.example"}""")]
    public async Task IrrelevantRecordsAreAcceptedWithoutAction(string record)
    {
        var (subscriber, _) = await AddSubscriberWithDeliveryAsync();

        await PostAsync(record);

        Assert.Empty(await ListInboundActionsAsync(subscriber.Id));
    }

    [Theory]
    [InlineData(null, "blue", "203.0.113.77")]
    [InlineData("postmark:wrong", "blue", "203.0.113.77")]
    [InlineData("postmark:s3cret:word", null, "203.0.113.77")]
    [InlineData("postmark:s3cret:word", "green", "203.0.113.77")]
    [InlineData("postmark:s3cret:word", "blue", "203.0.113.80")]
    [InlineData("postmark:s3cret:word", "blue", null)]
    public async Task WrongCredentialsAreRejectedWithoutEffect(string? login, string? header, string? from)
    {
        await AddSubscriberWithDeliveryAsync();
        var before = await DumpDatabaseAsync();
        RemoteAddress = from is null ? null : IPAddress.Parse(from);

        await PostToAsync("postmark", HttpStatusCode.Unauthorized, HardBounce, [.. Headers(login, header)]);

        Assert.Equal(before, await DumpDatabaseAsync());
    }

    [Fact]
    public async Task IPv4MappedAddressMatchesAnIPv4Network()
    {
        RemoteAddress = IPAddress.Parse("::ffff:203.0.113.77");

        await PostAsync(HardBounce);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task InvalidRecordIsMalformed(string body) =>
        await PostToAsync("postmark", HttpStatusCode.BadRequest, body, [.. Headers("postmark:s3cret:word", "blue")]);

    private Task<string> PostAsync(string record) =>
        PostToAsync("postmark", HttpStatusCode.OK, record, [.. Headers("postmark:s3cret:word", "blue")]);

    private static IEnumerable<(string, string)> Headers(string? login, string? header)
    {
        if (login is not null)
        {
            yield return ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}");
        }

        if (header is not null)
        {
            yield return ("X-Papers-Secret", header);
        }
    }
}

public sealed class PostmarkOnSqlite() : PostmarkTests(null);

public sealed class PostmarkOnPostgreSql() : PostmarkTests(new PostgreSqlFixture());
