using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace TrendingMail.Delivery;

/// <summary>Trusts what the system trusts, and what a file of certificates vouches for; the name must be right in both cases.</summary>
internal sealed class CertificateTrust
{
    private readonly string caFile;

    private CertificateTrust(string caFile) => this.caFile = caFile;

    /// <param name="caFile">Certificates as PEM; empty for the system's own.</param>
    public static RemoteCertificateValidationCallback? Of(string caFile) =>
        caFile.Length > 0 ? new CertificateTrust(caFile).IsTrusted : null;

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf || chain is null)
        {
            return errors == SslPolicyErrors.None;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(caFile);
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        return own.Build(leaf);
    }
}
