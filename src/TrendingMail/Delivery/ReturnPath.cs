using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrendingMail.Subscribers;

namespace TrendingMail.Delivery;

/// <summary>
/// Variable envelope return paths (VERP): each delivery's bounces come back to an address of its own,
/// <c>bounces+17-k1-4f2a90c1d3b7@example.org</c>: delivery, key, and the first 6 bytes of an HMAC, so that nobody can
/// forge a bounce for another reader.
/// </summary>
public sealed class ReturnPath(KeyRing keys, string bounceAddress)
{
    private const int MacLength = 6;

    public string For(long deliveryId)
    {
        var at = bounceAddress.LastIndexOf('@');
        var body = string.Create(CultureInfo.InvariantCulture, $"{deliveryId}-k{keys.Current.Id}");
        var mac = HMACSHA256.HashData(keys.Current.Secret, Encoding.ASCII.GetBytes($"return-path:{body}"));
        return $"{bounceAddress[..at]}+{body}-{Convert.ToHexStringLower(mac.AsSpan(0, MacLength))}{bounceAddress[at..]}";
    }
}
