using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace TrendingMail.SystemTests.Messages;

/// <summary>A DKIM key pair: the private key in a file for the program, the public key as its DNS record.</summary>
internal sealed class SigningKey : DkimPublicKeyLocatorBase
{
    private const int KeyBits = 2048;

    private readonly string record;

    public SigningKey(string file)
    {
        using var key = RSA.Create(KeyBits);
        File.WriteAllText(file, key.ExportRSAPrivateKeyPem());
        record = $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";
    }

    /// <summary>Whether the only DKIM signature of a message is valid.</summary>
    public bool Verifies(MimeMessage message) => new DkimVerifier(this).Verify(
        message, message.Headers.Single(header => header.Id == HeaderId.DkimSignature));

    public override AsymmetricKeyParameter LocatePublicKey(
        string methods, string domain, string selector, CancellationToken cancellationToken = default) => GetPublicKey(
            record);

    public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
        string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        Task.FromResult(GetPublicKey(record));
}
