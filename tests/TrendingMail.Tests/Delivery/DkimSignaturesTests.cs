using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;
using TrendingMail.Delivery;

namespace TrendingMail.Tests.Delivery;

public sealed class DkimSignaturesTests : IDisposable
{
    private static readonly RSA Rsa = RSA.Create(2048);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AnRsaSignatureVerifiesByTheKeyThatIsPublished()
    {
        var (file, locator) = RsaKey();
        using var message = Signed(Dkim(file, DkimAlgorithm.RsaSha256));

        Assert.True(Verifies(message, locator));
        Assert.Equal(("example.org", "s1"), locator.Asked);
    }

    [Fact]
    public void AnEd25519SignatureVerifiesToo()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        using var pem = new StringWriter();
        using (var writer = new PemWriter(pem))
        {
            writer.WriteObject(pair.Private);
        }

        using var message = Signed(Dkim(folder.Write("ed.pem", pem.ToString()), DkimAlgorithm.Ed25519Sha256));

        Assert.Contains("a=ed25519-sha256", message.Headers[HeaderId.DkimSignature], StringComparison.Ordinal);
        Assert.True(Verifies(message, new Locator(pair.Public)));
    }

    [Fact]
    public void EachConfiguredKeySigns()
    {
        var (file, _) = RsaKey();

        using var message = Signed(
            Dkim(file, DkimAlgorithm.RsaSha256), Dkim(file, DkimAlgorithm.RsaSha256) with { Selector = "s2" });

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
    public void AHeaderThatIsChangedOrAddedBreaksTheSignature(string header, string value)
    {
        var (file, locator) = RsaKey();
        using var message = Signed(Dkim(file, DkimAlgorithm.RsaSha256));

        message.Headers.Replace(header, value);

        Assert.False(Verifies(message, locator));
    }

    [Theory]
    [InlineData("Subject")]
    [InlineData("From")]
    [InlineData("List-Unsubscribe")]
    public void ASecondHeaderOfANameBreaksTheSignature(string header)
    {
        var (file, locator) = RsaKey();
        using var message = Signed(Dkim(file, DkimAlgorithm.RsaSha256));

        message.Headers.Insert(1, header, "mallory@example.net");

        Assert.False(Verifies(message, locator));
    }

    [Fact]
    public void ABodyThatIsChangedBreaksTheSignature()
    {
        var (file, locator) = RsaKey();
        using var message = Signed(Dkim(file, DkimAlgorithm.RsaSha256));

        ((TextPart)message.Body!).Text = "Other papers.\n";

        Assert.False(Verifies(message, locator));
    }

    [Theory]
    [InlineData("Papers.\r\n\r\n\r\n")]
    [InlineData("Papers.")]
    [InlineData("\r\n")]
    [InlineData("")]
    public void ABodyVerifiesHoweverItEnds(string body)
    {
        var (file, locator) = RsaKey();
        using var message = new MimeMessage { Body = new TextPart("plain") { Text = body } };
        using var signatures = new DkimSignatures([Dkim(file, DkimAlgorithm.RsaSha256)]);
        using var signed = signatures.Sign(message);

        Assert.True(Verifies(TestEnvelopes.Read(signed), locator));
    }

    [Fact]
    public void WithoutAKeyNothingIsSigned()
    {
        using var message = Signed();

        Assert.False(message.Headers.Contains(HeaderId.DkimSignature));
    }

    [Theory]
    [InlineData("this is no key")]
    [InlineData("")]
    public void AFileThatHoldsNoKeyIsNamed(string text)
    {
        var file = folder.Write("key.pem", text);

        var fault = Assert.Throws<TrendingMailException>(() => new DkimSignatures([Dkim(file, DkimAlgorithm.RsaSha256)]));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        var missing = Dkim(folder.File("absent.pem"), DkimAlgorithm.RsaSha256);

        var fault = Assert.Throws<TrendingMailException>(() => new DkimSignatures([missing]));

        Assert.Contains("absent.pem", fault.Message, StringComparison.Ordinal);
    }

    private static DkimOptions Dkim(string file, DkimAlgorithm algorithm) =>
        new() { Domain = "example.org", Selector = "s1", KeyFile = file, Algorithm = algorithm };

    private static MimeMessage Signed(params DkimOptions[] options)
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

    private static bool Verifies(MimeMessage message, Locator locator) => new DkimVerifier(locator).Verify(
        message, message.Headers.First(header => header.Id == HeaderId.DkimSignature), TestContext.Current.CancellationToken);

    private (string File, Locator Locator) RsaKey() => (folder.Write("rsa.pem", Rsa.ExportPkcs8PrivateKeyPem()),
        new Locator(PublicKeyFactory.CreateKey(Rsa.ExportSubjectPublicKeyInfo())));

    /// <summary>Stands for the DNS in which the key is published.</summary>
    private sealed class Locator(AsymmetricKeyParameter key) : IDkimPublicKeyLocator
    {
        public (string Domain, string Selector) Asked { get; private set; }

        public AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default)
        {
            Asked = (domain, selector);
            return key;
        }

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
