using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace TrendingMail.Delivery;

/// <summary>
/// Trusts the system's certificate authorities and those in a PEM file. The server name must match in both cases.
/// </summary>
internal sealed class CertificateTrust
{
    private readonly string caFile;

    private CertificateTrust(string caFile) => this.caFile = caFile;

    /// <param name="caFile">Path of a PEM file; empty to trust only the system's authorities.</param>
    public static RemoteCertificateValidationCallback? CreateCallback(string caFile) =>
        caFile.Length > 0 ? new CertificateTrust(caFile).IsTrusted : null;

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors ||
            certificate is not X509Certificate2 leaf || chain is null)
        {
            return errors == SslPolicyErrors.None;
        }

        using var customChain = new X509Chain();
        customChain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        customChain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        customChain.ChainPolicy.CustomTrustStore.ImportFromPemFile(caFile);
        customChain.ChainPolicy.ExtraStore.AddRange(
            chain.ChainElements.Select(element => element.Certificate).ToArray());
        return customChain.Build(leaf);
    }
}
