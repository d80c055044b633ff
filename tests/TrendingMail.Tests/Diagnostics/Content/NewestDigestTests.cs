using System.Security.Cryptography;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Content;
using TrendingMail.Messages.Dkim;
using TrendingMail.Tests.Delivery;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Content;

/// <summary>The checks of the digest on one that the program composes.</summary>
public sealed class NewestDigestTests() : StorageTests(new SqliteFixture())
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task OurOwnDigestPassesTheChecks()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var digests = CreateDigests(Mail());

        Assert.All(await FindAsync(new DigestHeadersCheck(digests, Mail())), AssertGood);
        Assert.All(await FindAsync(new DigestHtmlCheck(digests)), AssertGood);
        Assert.All(await FindAsync(new DigestSizeCheck(digests)), AssertGood);
        await AssertNothingRecordedAsync();
    }

    [Fact]
    public async Task SignaturesOfBothAlgorithmsVerify()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var mail = Mail(
            CreateKey("rsa", RSA.Create(2048).ExportPkcs8PrivateKeyPem()),
            CreateKey("old", RSA.Create(1024).ExportRSAPrivateKeyPem()),
            CreateKey("ed", """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
                -----END PRIVATE KEY-----
                """) with { Algorithm = DkimAlgorithm.Ed25519Sha256 });

        var findings = await FindAsync(new DigestDkimCheck(CreateDigests(mail), mail));

        Assert.Equal(3, findings.Count);
        Assert.All(findings, AssertGood);
    }

    [Fact]
    public async Task ASignatureOfAnotherKeyIsBad()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        var signing = Mail(CreateKey("s1", RSA.Create(2048).ExportPkcs8PrivateKeyPem()));
        var digests = CreateDigests(signing);
        await digests.ComposeAsync(Stop);

        CreateKey("s1", RSA.Create(2048).ExportPkcs8PrivateKeyPem());

        Assert.Equal(Verdict.Bad, Assert.Single(await FindAsync(new DigestDkimCheck(digests, signing))).Verdict);
    }

    [Fact]
    public async Task UnsignedMailIsAWarning() => Assert.Equal(Verdict.Warn, Assert.Single(
        await FindAsync(new DigestDkimCheck(await PublishedAsync(), Mail()))).Verdict);

    [Fact]
    public async Task WithoutAnEditionNothingIsComposed() =>
        await Assert.ThrowsAsync<TrendingMailException>(() => CreateDigests(Mail()).ComposeAsync(Stop));

    public override async ValueTask DisposeAsync()
    {
        folder.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static void AssertGood(Finding finding) =>
        Assert.Equal((Verdict.Good, null), (finding.Verdict, finding.Remedy));

    private static MailOptions Mail(params DkimOptions[] dkim) => new()
    {
        Transport = TransportKind.Smtp, From = "digest@papers.example.org", ReplyTo = "answers@papers.example.org",
        BounceAddress = "bounces@papers.example.org", Dkim = dkim,
    };

    private static Task<IReadOnlyList<Finding>> FindAsync(DigestCheck check) => check.RunAsync(Stop);

    private async Task<NewestDigest> PublishedAsync()
    {
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        return CreateDigests(Mail());
    }

    private NewestDigest CreateDigests(MailOptions mail)
    {
        var services = new MailTestServices(Database, Clock, ownMail: mail);
        var composer = new Lazy<TrendingMail.Digests.DigestComposer>(() => services.Digests);
        return new NewestDigest(Editions, services.Selector, () => composer.Value, DigestOptions, Clock);
    }

    private DkimOptions CreateKey(string selector, string pem)
    {
        var file = Path.Combine(folder.Path, $"{selector}.pem");
        File.WriteAllText(file, pem);
        return new DkimOptions { Domain = "papers.example.org", Selector = selector, KeyFile = file };
    }

    private async Task AssertNothingRecordedAsync() => Assert.Equal((0, 0), (
        await CountAsync("mailings"), await CountAsync("deliveries")));
}
