using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;
using TrendingMail.Configuration;

namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>
/// Secures a connection with TLS. The certificate must be valid for the host name and issued by an authority that the
/// system or <see cref="SmtpOptions.CaFile"/> trusts. Revocation is not checked.
/// </summary>
internal static class TlsConnector
{
    /// <exception cref="SslHandshakeException">
    /// The server does not speak TLS, or its certificate is not trusted.
    /// </exception>
    public static async Task<SslStream> ConnectAsync(
        Stream stream, SmtpOptions server, CancellationToken cancellationToken)
    {
        var isTrusted = CertificateTrust.CreateCallback(server.CaFile);
        string? certificateFault = null;
        var tls = new SslStream(stream);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = InternetName.ToAscii(server.Host),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                {
                    if (isTrusted?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None)
                    {
                        return true;
                    }

                    certificateFault = DescribeFault(server.Host, chain, errors);
                    return false;
                },
            };
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            if (e is System.Security.Authentication.AuthenticationException or IOException)
            {
                throw new SslHandshakeException(certificateFault ?? $"the TLS handshake failed: {e.Message}", e);
            }

            throw;
        }
    }

    private static string DescribeFault(string host, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server sent no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate is not valid for the name {host}";
        }

        if (chain is { ChainElements: [{ Certificate: var leaf }, ..] } && DescribeValidity(leaf) is { } validity)
        {
            return validity;
        }

        var reasons = string.Join(", ", chain?.ChainStatus.Select(status => status.Status).Distinct() ?? []);
        return $"the certificate is not trusted ({reasons}); " +
            "if it is right, set CaFile to the authority that issued it";
    }

    private static string? DescribeValidity(X509Certificate2 certificate) =>
        certificate.NotAfter < DateTime.Now
            ? $"the certificate expired on {Format(certificate.NotAfter)}"
            : certificate.NotBefore > DateTime.Now
                ? $"the certificate is not valid before {Format(certificate.NotBefore)}"
            : null;

    private static string Format(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
