using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrendingMail.Inbound.Webhooks.Providers;

/// <summary>Requests to SNS: fetching signing certificates and confirming subscriptions.</summary>
/// <param name="http">Creates clients that do not follow redirects. TLS authenticates the responses.</param>
internal sealed class SnsClient(Func<HttpClient> http, TimeProvider clock)
{
    /// <summary>SNS has one certificate per region and rotates it occasionally.</summary>
    private const int MaximumCachedCertificates = 64;

    private readonly ConcurrentDictionary<string, X509Certificate2> certificates = new(StringComparer.Ordinal);

    /// <summary>Gets the public key of a signing certificate; null if the certificate is invalid or expired.</summary>
    /// <param name="url">A URL accepted by <see cref="SnsMessage.IsCertificateUrl"/>.</param>
    /// <exception cref="TrendingMailException">The certificate cannot be fetched.</exception>
    public async Task<RSA?> GetPublicKeyAsync(string url, CancellationToken cancellationToken)
    {
        if (!certificates.TryGetValue(url, out var certificate))
        {
            var pem = await GetAsync(new Uri(url), cancellationToken);
            try
            {
                certificate = X509Certificate2.CreateFromPem(pem);
            }
            catch (CryptographicException)
            {
                return null;
            }

            if (certificates.Count >= MaximumCachedCertificates)
            {
                certificates.Clear();
            }

            certificates[url] = certificate;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime()
            ? certificate.GetRSAPublicKey()
            : null;
    }

    /// <summary>Confirms a subscription by requesting its confirmation URL.</summary>
    /// <exception cref="TrendingMailException">SNS did not respond, or returned an error.</exception>
    public Task ConfirmAsync(string url, CancellationToken cancellationToken) =>
        GetAsync(new Uri(url), cancellationToken);

    private async Task<string> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var client = http();
            using var response = await client.GetAsync(url, cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : throw new TrendingMailException(
                    $"Amazon SNS returned HTTP {(int)response.StatusCode} at {url.Host}{url.AbsolutePath}; " +
                    "it will post its message again.");
        }
        catch (Exception e) when (
            e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new TrendingMailException(
                $"Cannot reach Amazon SNS at {url.Host}: {e.Message} Allow outgoing HTTPS to this host.", e);
        }
    }
}
