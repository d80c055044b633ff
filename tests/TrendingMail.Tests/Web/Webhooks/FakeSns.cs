using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace TrendingMail.Tests.Web.Webhooks;

/// <summary>A fake Amazon SNS: signs messages and serves the signing certificate.</summary>
internal sealed class FakeSns : HttpMessageHandler
{
    public const string Topic = "arn:aws:sns:eu-west-1:123456789012:bounces";

    public const string CertificateUrl =
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";

    private static readonly RSA Key = RSA.Create(2048);

    private static readonly string[] NotificationFields =
        ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];

    private static readonly string[] SubscriptionFields =
        ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    /// <summary>The requested URLs, in order.</summary>
    public List<string> RequestedUrls { get; } = [];

    public bool IsDown { get; set; }

    public DateTimeOffset ValidUntil { get; set; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Signs a message.</summary>
    public static JsonObject Sign(JsonObject message, string version = "2")
    {
        var signed = message["Type"]!.GetValue<string>() == "Notification" ? NotificationFields : SubscriptionFields;
        var text = string.Concat(signed.Where(message.ContainsKey).Select(name => $"{name}\n{message[name]}\n"));
        message["SignatureVersion"] = version;
        message["Signature"] = Convert.ToBase64String(Key.SignData(Encoding.UTF8.GetBytes(text),
            version == "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        message["SigningCertURL"] = CertificateUrl;
        return message;
    }

    public static JsonObject Notification(string message, DateTimeOffset at) => new()
    {
        ["Type"] = "Notification",
        ["MessageId"] = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        ["TopicArn"] = Topic,
        ["Subject"] = "Amazon SES Email Event Notification",
        ["Message"] = message,
        ["Timestamp"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null),
    };

    public static JsonObject Confirmation(DateTimeOffset at, string url) => new()
    {
        ["Type"] = "SubscriptionConfirmation",
        ["MessageId"] = "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        ["Token"] = "2336412f37",
        ["TopicArn"] = Topic,
        ["Message"] = "You have chosen to subscribe to the topic.",
        ["SubscribeURL"] = url,
        ["Timestamp"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null),
    };

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestedUrls.Add(request.RequestUri!.AbsoluteUri);
        if (IsDown)
        {
            throw new HttpRequestException("Name or service not known");
        }

        var certificate = new CertificateRequest(
            "CN=sns.amazonaws.com", Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), ValidUntil);
        return Task.FromResult(
            new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                certificate.ExportCertificatePem())
            });
    }
}
