using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Cryptography;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Messages.Mime;

namespace TrendingMail.SystemTests.Messages;

/// <summary>Verifies our DKIM signatures with OpenDKIM and MimeKit.</summary>
public sealed class DkimVerifierTests : IDisposable
{
    private const int Messages = 1_000;

    private const string Domain = "papers.example.org";

    private static readonly string[] Pieces =
        [" ", "  ", "\n", "\n.\n", "\t", "=", ".", "é", "用户", "😀", "From ", "word ", new string('w', 90)];

    private readonly string folder = Directory.CreateTempSubdirectory("trendingmail-dkim-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task SignaturesOfAThousandDifferentMessagesVerify()
    {
        var opendkim = Require.Program("opendkim", "opendkim");
        var records = CreateKeys();
        using var signatures = new DkimSignatures(
        [
            new DkimOptions { Domain = Domain, Selector = "rsa", KeyFile = FilePath("rsa.pem") },
            new DkimOptions
            {
                Domain = Domain, Selector = "ed", KeyFile = FilePath("ed.pem"), Algorithm = DkimAlgorithm.Ed25519Sha256,
            },
        ]);
        for (var i = 0; i < Messages; i++)
        {
            using var message = CreateMessage(new Random(i), i);
            using var signed = signatures.Sign(message);
            await File.WriteAllBytesAsync(
                FilePath($"{i}.eml"), signed.Written.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(2 * Messages, Regex.Count(await OpenDkimAsync(opendkim, records), @"\bdkim=pass\b"));
        Assert.All(Enumerable.Range(0, Messages), i =>
        {
            using var message = MimeMessage.Load(FilePath($"{i}.eml"), TestContext.Current.CancellationToken);
            var verifier = new DkimVerifier(new Records(records));
            Assert.Equal(2, message.Headers.Count(header => header.Id == HeaderId.DkimSignature &&
                verifier.Verify(message, header, TestContext.Current.CancellationToken)));
        });
    }

    private string FilePath(string name) => Path.Combine(folder, name);

    /// <returns>The DNS record of each selector.</returns>
    private Dictionary<string, string> CreateKeys()
    {
        using var rsa = RSA.Create(2048);
        File.WriteAllText(FilePath("rsa.pem"), rsa.ExportPkcs8PrivateKeyPem());
        using var ed25519 = Key.Create(
            SignatureAlgorithm.Ed25519, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        File.WriteAllBytes(FilePath("ed.pem"), ed25519.Export(KeyBlobFormat.PkixPrivateKeyText));
        return new Dictionary<string, string>
        {
            ["rsa"] = $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}",
            ["ed"] = $"v=DKIM1; k=ed25519; " +
                $"p={Convert.ToBase64String(ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey))}",
        };
    }

    private async Task<string> OpenDkimAsync(string opendkim, Dictionary<string, string> records)
    {
        await File.WriteAllLinesAsync(FilePath("keys"), records.Select(r => $"{r.Key}._domainkey.{Domain} {r.Value}"));
        await File.WriteAllTextAsync(
            FilePath("opendkim.conf"), $"Mode v\nSyslog no\nTestPublicKeys {FilePath("keys")}\n");
        var start = new ProcessStartInfo(opendkim)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "-x", FilePath("opendkim.conf"), "-vv", "-t",
            string.Join(',', Enumerable.Range(0, Messages).Select(i => $"{i}.eml")) })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Shown with the test only if it fails.
        TestContext.Current.TestOutputHelper?.WriteLine(await errors);
        return output;
    }

    private static MimeMessage CreateMessage(Random random, int number)
    {
        string Text(int pieces) =>
            string.Concat(Enumerable.Range(0, random.Next(1, pieces)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        return MimeBuilder.Build(
            new MailContent($"Papers {Text(20).ReplaceLineEndings(" ")}",
                number % 3 == 0 ? null : $"<p>{Text(400)}</p>", Text(200) + "."),
            new MailHeaders
            {
                From = new MailboxAddress(number % 2 == 0 ? "Papers Daily" : "Zeitung für Ärzte", $"digest@{Domain}"),
                To = new MailboxAddress("", $"subscriber{number}@example.net"),
                ReplyTo = number % 5 == 0 ? null : new MailboxAddress("", $"replies@{Domain}"),
                MessageId = $"daily-2026-11-23.{number}@{Domain}",
                Date = DateTimeOffset.UtcNow,
                FeedbackId = $"2026-11-23:daily:{Domain}:trendingmail",
                List = number % 4 == 0 ? null : new ListHeaders
                {
                    Id = $"digest.{Domain}",
                    Name = "Papers Daily",
                    UnsubscribeUrl = $"https://{Domain}/unsubscribe/{new string('q', 47)}",
                    UnsubscribeMailto = $"mailto:replies@{Domain}?subject=unsubscribe",
                    ArchiveUrl = $"https://{Domain}/papers/2026-11-23",
                    HelpUrl = $"mailto:help@{Domain}",
                },
            });
    }

    private sealed class Records(Dictionary<string, string> records) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            GetPublicKey(records[selector]);

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(GetPublicKey(records[selector]));
    }
}
