using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// A crowd of readers with a mailbox each behind a real Postfix that takes mail only over TLS and after a log-in, which Dovecot
/// judges. The environment variable TEST_READERS sets their number.
/// </summary>
public sealed class PostfixCrowdTests : IDisposable
{
    private const string Publisher = "example.com";

    private const string User = "mailer@example.org";

    private const int Connections = 4;

    /// <summary>A server that was out of reach is asked again after a minute.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly int Readers = int.Parse(
        Environment.GetEnvironmentVariable("TEST_READERS") ?? "400", CultureInfo.InvariantCulture);

    private readonly string folder = Directory.CreateTempSubdirectory("trendingmail-crowd-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task EachMailboxHasExactlyOneSignedMessage()
    {
        await using var dovecot = await DovecotServer.CreateAsync("mailer");
        await using var postfix = await PostfixAsync(dovecot);
        await using var home = new ProgramHome();
        var key = Serve(postfix, home);
        await CrowdQueue.PublishAsync(home, Readers);

        await using var program = home.Start("digest", "send", "--date", CrowdQueue.Today);
        (await program.EndAsync(Limit)).Well();

        await AllHaveOneAsync(postfix, key, home, mostDoubled: 0);
    }

    [Fact]
    public async Task WithTheServerStoppedAmidTheRunNobodyIsLeftOutAndAtMostWhatWasInFlightIsDoubled()
    {
        await using var dovecot = await DovecotServer.CreateAsync("mailer");
        await using var postfix = await PostfixAsync(dovecot);
        await using var home = new ProgramHome();
        var key = Serve(postfix, home);

        await CrowdQueue.PublishAsync(home, Readers);
        await CrowdQueue.QueueAsync(home);

        await using var program = await home.ServeAsync();
        await Until.TrueAsync("a fifth has come", Limit, () => postfix.Count() > Readers / 5);
        await postfix.StopAsync();
        Assert.NotEqual(0, await CrowdQueue.CountAsync(home, "queued"));
        await postfix.StartAsync();

        // Postfix ends its connections at once: a message that it had taken may not have had its reply.
        await AllHaveOneAsync(postfix, key, home, mostDoubled: Connections);
    }

    private static async Task AllHaveOneAsync(PostfixServer postfix, SigningKey key, ProgramHome home, int mostDoubled)
    {
        await Until.FoundAsync("the ledger has all as sent", Limit, async () =>
            await CrowdQueue.CountAsync(home, "sent") == Readers ? "yes" : null);
        await Until.TrueAsync("all have come", Limit, () => postfix.Count() >= Readers);
        var doubled = 0;
        for (var reader = 1; reader <= Readers; reader++)
        {
            var files = postfix.Mailbox($"reader{reader}");
            Assert.InRange(files.Count, 1, 2);
            using var message = await MimeMessage.LoadAsync(files[0], Stop);
            if (files.Count > 1)
            {
                doubled++;
                using var copy = await MimeMessage.LoadAsync(files[1], Stop);
                Assert.Equal(message.MessageId, copy.MessageId);
            }

            Assert.True(key.Verifies(message), $"the signature of reader {reader}'s mail does not hold");
            Assert.Equal($"reader{reader}@{PostfixServer.Domain}", message.To.Mailboxes.Single().Address);
            Assert.Equal("List-Unsubscribe=One-Click", message.Headers["List-Unsubscribe-Post"]);
            Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
            Assert.All(
                (string[])["List-Id", "List-Unsubscribe", "List-Archive", "List-Help", "Feedback-ID", "Message-Id", "Date"],
                name => Assert.False(string.IsNullOrWhiteSpace(message.Headers[name]), $"reader {reader}'s mail has no {name}"));
            Assert.Contains("TLS", string.Join(' ', message.Headers.Where(h => h.Id == HeaderId.Received).Select(h => h.Value)), StringComparison.Ordinal);
            Assert.Matches($@"^<bounces\+\d+-k\d+-[0-9a-f]{{12}}@{Publisher}>$", message.Headers["Return-Path"]?.Trim());
        }

        Assert.InRange(doubled, 0, mostDoubled);
    }

    private SigningKey Serve(PostfixServer postfix, ProgramHome home)
    {
        postfix.Serve(home);
        home.Settings["Mail__Smtp__0__Security"] = "StartTls";
        home.Settings["Mail__Smtp__0__CaFile"] = Path.Combine(folder, "certificate.pem");
        home.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        home.Settings["Delivery__FirstRetryMinutes"] = "1";
        home.Settings["Mail__Smtp__0__UserName"] = User;
        home.Settings["Mail__Smtp__0__Password"] = "secret";
        home.Settings["Mail__From"] = $"digest@{Publisher}";
        home.Settings["Mail__BounceAddress"] = $"bounces@{Publisher}";
        home.Settings["Mail__Dkim__0__Domain"] = Publisher;
        home.Settings["Mail__Dkim__0__Selector"] = "test";
        home.Settings["Mail__Dkim__0__KeyFile"] = Path.Combine(folder, "dkim.pem");
        return new SigningKey(Path.Combine(folder, "dkim.pem"));
    }

    private async Task<PostfixServer> PostfixAsync(DovecotServer dovecot)
    {
        await WriteCertificateAsync();
        await File.WriteAllLinesAsync(Path.Combine(folder, "mailboxes"), Enumerable.Range(1, Readers)
            .Select(reader => $"reader{reader}@{PostfixServer.Domain} reader{reader}/"), Stop);
        (await Child.RunAsync("chmod", "-R", "a+rX", folder)).Well();
        return await PostfixServer.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"""
            mynetworks =
            virtual_mailbox_maps = texthash:{folder}/mailboxes
            smtpd_tls_security_level = encrypt
            smtpd_tls_cert_file = {folder}/certificate.pem
            smtpd_tls_key_file = {folder}/key.pem
            smtpd_tls_received_header = yes
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = inet:127.0.0.1:{dovecot.AuthPort}
            smtpd_tls_auth_only = yes
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            smtpd_recipient_restrictions = permit_sasl_authenticated, reject
            """));
    }

    private async Task WriteCertificateAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem(), Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem(), Stop);
    }
}
