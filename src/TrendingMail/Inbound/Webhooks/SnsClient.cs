using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrendingMail.Inbound.Webhooks;

/// <summary>
/// What is asked of SNS itself: the certificates with which it signs, and that a subscription is wanted.
/// </summary>
/// <param name="http">Follows no redirects; TLS vouches for what it brings.</param>
internal sealed class SnsClient(Func<HttpClient> http, TimeProvider clock)
{
    /// <summary>SNS has one certificate a region, and a new one now and then.</summary>
    private const int MaximumHeld = 64;

    private readonly ConcurrentDictionary<string, X509Certificate2> held = new(StringComparer.Ordinal);

    /// <summary>The key of a certificate of SNS; null where it is not in force.</summary>
    /// <param name="url">As <see cref="SnsMessage.IsCertificate"/> wants it.</param>
    /// <exception cref="TrendingMailException">It cannot be fetched.</exception>
    public async Task<RSA?> KeyAsync(string url, CancellationToken cancellationToken)
    {
        if (!held.TryGetValue(url, out var certificate))
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

            if (held.Count >= MaximumHeld)
            {
                held.Clear();
            }

            held[url] = certificate;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime()
            ? certificate.GetRSAPublicKey()
            : null;
    }

    /// <summary>Confirms a subscription by visiting its address.</summary>
    /// <exception cref="TrendingMailException">SNS does not answer, or refuses.</exception>
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
                    $"Amazon SNS answers {(int)response.StatusCode} at {url.Host}{url.AbsolutePath}; " +
                    "it will post its message again.");
        }
        catch (Exception e) when (
            e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new TrendingMailException(
                $"Amazon SNS cannot be asked at {url.Host}: {e.Message} Let this machine reach it by https.", e);
        }
    }
}
