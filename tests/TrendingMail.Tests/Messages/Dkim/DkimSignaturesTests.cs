using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Tests.Messages.Dkim;

public sealed class DkimSignaturesTests : IDisposable
{
    private static readonly RSA Rsa = RSA.Create(2048);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void RsaSignatureVerifiesWithThePublishedKey()
    {
        var (file, publicKeyLocator) = CreateRsaKey();
        using var message = Sign(CreateOptions(file, DkimAlgorithm.RsaSha256));

        Assert.True(Verifies(message, publicKeyLocator));
        Assert.Equal(("example.org", "s1"), publicKeyLocator.Requested);
    }

    [Fact]
    public void Ed25519SignatureVerifies()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        using var pem = new StringWriter();
        using (var writer = new PemWriter(pem))
        {
            writer.WriteObject(pair.Private);
        }

        using var message = Sign(CreateOptions(folder.Write("ed.pem", pem.ToString()), DkimAlgorithm.Ed25519Sha256));

        Assert.Contains("a=ed25519-sha256", message.Headers[HeaderId.DkimSignature], StringComparison.Ordinal);
        Assert.True(Verifies(message, new PublicKeyLocator(pair.Public)));
    }

    [Fact]
    public void EachConfiguredKeySigns()
    {
        var (file, _) = CreateRsaKey();

        using var message = Sign(
            CreateOptions(file, DkimAlgorithm.RsaSha256),
            CreateOptions(file, DkimAlgorithm.RsaSha256) with { Selector = "s2" });

        Assert.Equal(2, message.Headers.Count(header => header.Id == HeaderId.DkimSignature));
    }

    [Theory]
    [InlineData("Subject", "Something else")]
    [InlineData("From", "mallory@example.net")]
    [InlineData("To", "other@example.net")]
    [InlineData("Date", "Tue, 24 Nov 2026 08:00:00 +0000")]
    [InlineData("List-Unsubscribe", "<https://example.net/>")]
    [InlineData("List-Unsubscribe-Post", "x")]
    [InlineData("List-Id", "<x.example.net>")]
    [InlineData("List-Archive", "<https://example.net/>")]
    [InlineData("List-Help", "<mailto:x@example.net>")]
    [InlineData("Auto-Submitted", "no")]
    [InlineData("Reply-To", "mallory@example.net")]
    [InlineData("Cc", "mallory@example.net")]
    [InlineData("Feedback-ID", "x:b:c:d")]
    public void ChangedOrAddedHeaderBreaksTheSignature(string header, string value)
    {
        var (file, publicKeyLocator) = CreateRsaKey();
        using var message = Sign(CreateOptions(file, DkimAlgorithm.RsaSha256));

        message.Headers.Replace(header, value);

        Assert.False(Verifies(message, publicKeyLocator));
    }

    [Theory]
    [InlineData("Subject")]
    [InlineData("From")]
    [InlineData("List-Unsubscribe")]
    public void DuplicateHeaderBreaksTheSignature(string header)
    {
        var (file, publicKeyLocator) = CreateRsaKey();
        using var message = Sign(CreateOptions(file, DkimAlgorithm.RsaSha256));

        message.Headers.Insert(1, header, "mallory@example.net");

        Assert.False(Verifies(message, publicKeyLocator));
    }

    [Fact]
    public void ChangedBodyBreaksTheSignature()
    {
        var (file, publicKeyLocator) = CreateRsaKey();
        using var message = Sign(CreateOptions(file, DkimAlgorithm.RsaSha256));

        ((TextPart)message.Body!).Text = "Other papers.\n";

        Assert.False(Verifies(message, publicKeyLocator));
    }

    [Theory]
    [InlineData("Papers.\r\n\r\n\r\n")]
    [InlineData("Papers.")]
    [InlineData("\r\n")]
    [InlineData("")]
    public void SignatureVerifiesWhateverTheEndOfTheBody(string body)
    {
        var (file, publicKeyLocator) = CreateRsaKey();
        using var message = new MimeMessage { Body = new TextPart("plain") { Text = body } };
        using var signatures = new DkimSignatures([CreateOptions(file, DkimAlgorithm.RsaSha256)]);
        using var signed = signatures.Sign(message);

        Assert.True(Verifies(TestEnvelopes.Read(signed), publicKeyLocator));
    }

    [Fact]
    public void WithoutAKeyNothingIsSigned()
    {
        using var message = Sign();

        Assert.False(message.Headers.Contains(HeaderId.DkimSignature));
    }

    [Theory]
    [InlineData("not a key")]
    [InlineData("")]
    public void InvalidKeyFileIsNamed(string text)
    {
        var file = folder.Write("key.pem", text);

        var error = Assert.Throws<TrendingMailException>(
            () => new DkimSignatures([CreateOptions(file, DkimAlgorithm.RsaSha256)]));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyThatReceiversIgnoreIsRejected()
    {
        using var key = RSA.Create(512);
        var file = folder.Write("short.pem", key.ExportPkcs8PrivateKeyPem());

        var error = Assert.Throws<TrendingMailException>(
            () => new DkimSignatures([CreateOptions(file, DkimAlgorithm.RsaSha256)]));

        Assert.Contains("512 bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingKeyFileIsNamed()
    {
        var missing = CreateOptions(folder.File("absent.pem"), DkimAlgorithm.RsaSha256);

        var error = Assert.Throws<TrendingMailException>(() => new DkimSignatures([missing]));

        Assert.Contains("absent.pem", error.Message, StringComparison.Ordinal);
    }

    private static DkimOptions CreateOptions(string file, DkimAlgorithm algorithm) =>
        new() { Domain = "example.org", Selector = "s1", KeyFile = file, Algorithm = algorithm };

    private static MimeMessage Sign(params DkimOptions[] options)
    {
        using var message = TestEnvelopes.Message("ada@example.net");
        message.Headers.Add("List-Id", "<digest.example.org>");
        message.Headers.Add("List-Unsubscribe", "<https://papers.example.org/unsubscribe/x>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        message.Headers.Add("List-Archive", "<https://papers.example.org/>");
        message.Headers.Add("List-Help", "<mailto:help@example.org>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("Feedback-ID", "a:b:c:d");
        message.Prepare(EncodingConstraint.SevenBit);
        using var signatures = new DkimSignatures(options);
        using var signed = signatures.Sign(message);
        return TestEnvelopes.Read(signed);
    }

    private static bool Verifies(MimeMessage message, PublicKeyLocator publicKeyLocator) =>
        new DkimVerifier(publicKeyLocator).Verify(
        message, message.Headers.First(header => header.Id == HeaderId.DkimSignature),
        TestContext.Current.CancellationToken);

    private (string File, PublicKeyLocator Locator) CreateRsaKey() =>
        (folder.Write("rsa.pem", Rsa.ExportPkcs8PrivateKeyPem()),
        new PublicKeyLocator(PublicKeyFactory.CreateKey(Rsa.ExportSubjectPublicKeyInfo())));

    /// <summary>A stub for the DNS lookup of the public key.</summary>
    private sealed class PublicKeyLocator(AsymmetricKeyParameter key) : IDkimPublicKeyLocator
    {
        public (string Domain, string Selector) Requested { get; private set; }

        public AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default)
        {
            Requested = (domain, selector);
            return key;
        }

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
