using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrendingMail.Inbound.Classification.ProviderEvents;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>
/// An Amazon SNS message and its signature:
/// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html.
/// </summary>
internal sealed partial class SnsMessage(JsonElement json)
{
    private static readonly string[] NotificationSignedFields =
        ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];

    private static readonly string[] SubscriptionSignedFields =
        ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    public string Type => this["Type"];

    public string Message => this["Message"];

    public string TopicArn => this["TopicArn"];

    public string Timestamp => this["Timestamp"];

    public string SigningCertificateUrl => this["SigningCertURL"];

    public string SubscribeUrl => this["SubscribeURL"];

    private string this[string name] => json.Text(name) ?? "";

    /// <summary>Whether all signed fields are present.</summary>
    public bool IsComplete => Type is "Notification" or "SubscriptionConfirmation" or "UnsubscribeConfirmation" &&
        SignedFields.All(name => name == "Subject" || json.Text(name) is not null);

    private string[] SignedFields => Type == "Notification" ? NotificationSignedFields : SubscriptionSignedFields;

    public bool IsSignedBy(RSA key)
    {
        HashAlgorithmName? hash = this["SignatureVersion"] switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => null,
        };
        var signature = new byte[(this["Signature"].Length * 3 / 4) + 3];
        return hash is { } algorithm && Convert.TryFromBase64String(this["Signature"], signature, out var length) &&
            key.VerifyData(GetSignedBytes(), signature.AsSpan(0, length), algorithm, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Whether a URL confirms a subscription at SNS, which does nothing else there.</summary>
    public static bool IsConfirmationUrl(string url) =>
        FindSnsUrl(url) is { AbsolutePath: "/" } uri &&
        uri.Query.StartsWith("?Action=ConfirmSubscription&", StringComparison.Ordinal);

    /// <summary>Whether a URL is that of an SNS signing certificate.</summary>
    public static bool IsCertificateUrl(string url) =>
        FindSnsUrl(url) is { } uri && CertificatePath().IsMatch(uri.PathAndQuery);

    /// <summary>The URL, if it is one of SNS.</summary>
    private static Uri? FindSnsUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) &&
        uri is { Scheme: "https", IsDefaultPort: true, UserInfo: "" } && SnsHost().IsMatch(uri.Host)
            ? uri
            : null;

    private byte[] GetSignedBytes()
    {
        var text = new StringBuilder();
        foreach (var name in SignedFields)
        {
            if (json.Text(name) is { } value)
            {
                text.Append(name).Append('\n').Append(value).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>
    /// An endpoint of SNS in a region such as <c>eu-west-1</c> or <c>us-gov-east-1</c>. Other hosts below
    /// <c>amazonaws.com</c>, such as <c>s3-us-west-2</c>, serve what anybody stores there.
    /// </summary>
    [GeneratedRegex(
        @"^sns\.((af|ap|ca|eu|il|me|mx|sa|us|us-gov)-((north|south)(east|west)?|east|west|central)-[1-9]" +
        @"\.amazonaws\.com|cn-(north|northwest)-[1-9]\.amazonaws\.com\.cn)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex SnsHost();

    [GeneratedRegex(@"^/SimpleNotificationService-[0-9A-Za-z]{8,64}\.pem\z", RegexOptions.CultureInvariant)]
    private static partial Regex CertificatePath();
}
