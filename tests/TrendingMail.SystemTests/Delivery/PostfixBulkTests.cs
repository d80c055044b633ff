using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using TrendingMail.SystemTests.Inbound;
using TrendingMail.SystemTests.Messages;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>
/// Sends to many subscribers, each with a mailbox behind a real Postfix that requires TLS and SASL authentication (by
/// Dovecot). The environment variable TEST_SUBSCRIBERS sets their number.
/// </summary>
public sealed class PostfixBulkTests : IDisposable
{
    private const string Publisher = "example.com";

    private const string User = "mailer@example.org";

    private const int Connections = 4;

    /// <summary>Long enough for the one-minute cooldown after a server was unreachable.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly int Subscribers = int.Parse(
        Environment.GetEnvironmentVariable("TEST_SUBSCRIBERS") ?? "400", CultureInfo.InvariantCulture);

    private readonly string folder = Directory.CreateTempSubdirectory("trendingmail-crowd-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task EachMailboxHasExactlyOneSignedMessage()
    {
        await using var dovecot = await DovecotServer.CreateAsync("mailer");
        await using var postfix = await CreatePostfixAsync(dovecot);
        await using var app = new TestApp();
        var key = Configure(postfix, app);
        await DeliveryScenario.PublishAsync(app, Subscribers);

        await using var program = app.Start("digest", "send", "--date", DeliveryScenario.Today);
        (await program.WaitForExitAsync(Limit)).EnsureSuccess();

        await AssertAllHaveOneAsync(postfix, key, app, maximumDuplicates: 0);
    }

    [Fact]
    public async Task WhenTheServerStopsDuringARunNobodyIsMissedAndAtMostWhatWasInFlightIsDuplicated()
    {
        await using var dovecot = await DovecotServer.CreateAsync("mailer");
        await using var postfix = await CreatePostfixAsync(dovecot);
        await using var app = new TestApp();
        var key = Configure(postfix, app);

        await DeliveryScenario.PublishAsync(app, Subscribers);
        await DeliveryScenario.QueueAsync(app);

        await using var program = await app.ServeAsync();
        await Until.TrueAsync("a fifth has arrived", Limit, () => postfix.Count() > Subscribers / 5);
        await postfix.StopAsync();
        Assert.NotEqual(0, await DeliveryScenario.CountAsync(app, "queued"));
        await postfix.StartAsync();

        // Postfix closes its connections at once, so the reply to an accepted message may be lost.
        await AssertAllHaveOneAsync(postfix, key, app, maximumDuplicates: Connections);
    }

    private static async Task AssertAllHaveOneAsync(
        PostfixServer postfix, SigningKey key, TestApp app, int maximumDuplicates)
    {
        await Until.FoundAsync("all deliveries are recorded as sent", Limit, async () =>
            await DeliveryScenario.CountAsync(app, "sent") == Subscribers ? "yes" : null);
        await Until.TrueAsync("all messages have arrived", Limit, () => postfix.Count() >= Subscribers);
        var duplicates = 0;
        for (var subscriber = 1; subscriber <= Subscribers; subscriber++)
        {
            var files = postfix.ListMailbox($"subscriber{subscriber}");
            Assert.InRange(files.Count, 1, 2);
            using var message = await MimeMessage.LoadAsync(files[0], Stop);
            if (files.Count > 1)
            {
                duplicates++;
                using var copy = await MimeMessage.LoadAsync(files[1], Stop);
                Assert.Equal(message.MessageId, copy.MessageId);
            }

            Assert.True(key.Verifies(message), $"the DKIM signature of subscriber {subscriber}'s message is invalid");
            Assert.Equal($"subscriber{subscriber}@{PostfixServer.Domain}", message.To.Mailboxes.Single().Address);
            Assert.Equal("List-Unsubscribe=One-Click", message.Headers["List-Unsubscribe-Post"]);
            Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
            Assert.All(
                (string[])["List-Id", "List-Unsubscribe", "List-Archive", "List-Help", "Feedback-ID",
                    "Message-Id", "Date"],
                name => Assert.False(
                    string.IsNullOrWhiteSpace(message.Headers[name]),
                    $"subscriber {subscriber}'s message has no {name}"));
            Assert.Contains(
                "TLS", string.Join(' ', message.Headers.Where(h => h.Id == HeaderId.Received).Select(h => h.Value)),
                StringComparison.Ordinal);
            Assert.Matches(
                $@"^<bounces\+\d+-k\d+-[0-9a-f]{{12}}@{Publisher}>$", message.Headers["Return-Path"]?.Trim());
        }

        Assert.InRange(duplicates, 0, maximumDuplicates);
    }

    private SigningKey Configure(PostfixServer postfix, TestApp app)
    {
        postfix.ConfigureSmtp(app);
        app.Settings["Mail__Smtp__0__Security"] = "StartTls";
        app.Settings["Mail__Smtp__0__CaFile"] = Path.Combine(folder, "certificate.pem");
        app.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        app.Settings["Delivery__FirstRetryMinutes"] = "1";
        app.Settings["Mail__Smtp__0__UserName"] = User;
        app.Settings["Mail__Smtp__0__Password"] = "secret";
        app.Settings["Mail__From"] = $"digest@{Publisher}";
        app.Settings["Mail__BounceAddress"] = $"bounces@{Publisher}";
        app.Settings["Mail__Dkim__0__Domain"] = Publisher;
        app.Settings["Mail__Dkim__0__Selector"] = "test";
        app.Settings["Mail__Dkim__0__KeyFile"] = Path.Combine(folder, "dkim.pem");
        return new SigningKey(Path.Combine(folder, "dkim.pem"));
    }

    private async Task<PostfixServer> CreatePostfixAsync(DovecotServer dovecot)
    {
        await WriteCertificateAsync();
        await File.WriteAllLinesAsync(Path.Combine(folder, "mailboxes"), Enumerable.Range(1, Subscribers)
            .Select(subscriber => $"subscriber{subscriber}@{PostfixServer.Domain} subscriber{subscriber}/"), Stop);
        (await Child.RunAsync("chmod", "-R", "a+rX", folder)).EnsureSuccess();
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
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem(), Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem(), Stop);
    }
}
