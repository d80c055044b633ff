using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>A self-signed certificate for 127.0.0.1 with its key, in a temporary folder.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-certificate-");

    /// <param name="until">When it ends.</param>
    public ServerCertificate(DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(until.AddDays(-90), until);
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificateFile => Path.Combine(folder.FullName, "certificate.pem");

    /// <summary>The lines of main.cf that use the certificate.</summary>
    public string PostfixSettings => $"""
        smtpd_tls_security_level = may
        smtpd_tls_cert_file = {CertificateFile}
        smtpd_tls_key_file = {KeyFile}
        """;

    private string KeyFile => Path.Combine(folder.FullName, "key.pem");

    public void Dispose() => folder.Delete(recursive: true);
}
