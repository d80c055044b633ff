using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Smtp;
using TrendingMail.Tests.Delivery.Smtp.Servers;

namespace TrendingMail.Tests.Diagnostics.Smtp;

public sealed class SmtpCheckTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private readonly X509Certificate2 certificate = TestCertificate.Create();

    public void Dispose()
    {
        folder.Dispose();
        certificate.Dispose();
    }

    [Fact]
    public async Task AServerIsLookedOverWithoutAMessage()
    {
        await using var server = new ScriptedSmtpServer(_ => null);

        var findings = await CheckAsync(server, connections: 2);

        Assert.All(findings, finding => Assert.Equal(Verdict.Good, finding.Verdict));
        Assert.Equal(2, server.Connections);
        Assert.Contains("MAIL FROM:<bounces+0-k0-000000000000@example.org>", server.Lines);
        Assert.Contains("MAIL FROM:<digest@example.org>", server.Lines);
        Assert.Equal(2, server.Lines.Count(line => line == "QUIT"));
        Assert.DoesNotContain(server.Lines, line => line == "DATA");
        Assert.Equal(
            server.Lines.Count(line => line.StartsWith("MAIL", StringComparison.Ordinal)),
            server.Lines.Count(line => line == "RSET"));
    }

    [Theory]
    [InlineData("MAIL", "550 5.7.1 not yours", Verdict.Bad)]
    [InlineData("MAIL", "451 4.3.0 later", Verdict.Warn)]
    [InlineData("RCPT", "553 5.7.1 Sender address rejected: not owned by user", Verdict.Bad)]
    public async Task ARejectionOfTheReturnPathIsReported(string command, string reply, Verdict verdict)
    {
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith(command, StringComparison.Ordinal) ? reply : null);

        var finding = (await CheckAsync(server)).First(finding => finding.Verdict != Verdict.Good);

        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains("return path bounces+0-k0-000000000000@example.org", finding.Text, StringComparison.Ordinal);
        Assert.Contains(reply, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARejectedRecipientSaysNothingAboutTheSender()
    {
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 User unknown" : null);

        Assert.All(await CheckAsync(server), finding => Assert.Equal(Verdict.Good, finding.Verdict));
    }

    [Theory]
    [InlineData("SIZE 50000", Verdict.Bad)]
    [InlineData("SIZE 10240000", Verdict.Good)]
    [InlineData("SIZE 0", Verdict.Good)]
    [InlineData("SIZE", Verdict.Good)]
    public async Task AMessageMustNotBeTooLargeForTheServer(string extension, Verdict verdict)
    {
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("EHLO", StringComparison.Ordinal) ? $"250-test\r\n250 {extension}" : null);

        Assert.Contains(await CheckAsync(server), finding => finding.Verdict == verdict &&
            finding.Evidence.Contains($"EHLO: {extension}"));
    }

    [Fact]
    public async Task ConnectionsAreCountedUpToTheFirstThatIsRejected()
    {
        var connections = 0;
        await using var server = new ScriptedSmtpServer(
            line => line == "CONNECT" && Interlocked.Increment(ref connections) > 3 ? "421 too many" : null);

        var finding = Assert.Single(
            await CheckAsync(server, connections: 10), finding => finding.Verdict == Verdict.Warn);

        Assert.Equal("The server accepts 3 of 10 simultaneous connections: 421 too many", finding.Text);
        Assert.StartsWith("Set Mail:Smtp:0:Connections to 3", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal(4, server.Connections);
    }

    [Theory]
    [InlineData(30, Verdict.Good)]
    [InlineData(13, Verdict.Warn)]
    public async Task ACertificateThatEndsSoonIsReported(int days, Verdict verdict)
    {
        File.WriteAllText(folder.File("ca.pem"), certificate.ExportCertificatePem());
        await using var server = new ScriptedSmtpServer(
            line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 STARTTLS" : null)
        {
            Certificate = certificate,
        };

        var findings = await CheckAsync(
            server, security: SmtpSecurity.StartTls, now: certificate.NotAfter.AddDays(-days));

        Assert.Equal(verdict, findings[0].Verdict);
        Assert.Contains("certificate is valid until", findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatCannotBeReachedIsBadWithWhatDeliveryWouldLog()
    {
        var server = new ScriptedSmtpServer(_ => null);
        var port = server.Port;
        await server.DisposeAsync();

        var finding = Assert.Single(await CheckAsync(server, port: port));

        Assert.Equal(Verdict.Bad, finding.Verdict);
        Assert.StartsWith($"No mail can be sent: cannot connect to 127.0.0.1:{port}: ", finding.Text,
            StringComparison.Ordinal);
        Assert.Contains("Mail:Smtp:0:Port", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatOffersNoLoginIsBadForOneWhoWantsToLogIn()
    {
        await using var server = new ScriptedSmtpServer(_ => null);

        var finding = Assert.Single(await CheckAsync(server, userName: "digest"));

        Assert.Equal(Verdict.Bad, finding.Verdict);
        Assert.StartsWith("Set Mail:Smtp:0:Port to one that offers a login", finding.Remedy, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<Finding>> CheckAsync(
        ScriptedSmtpServer server, int connections = 1, SmtpSecurity security = SmtpSecurity.None, int? port = null,
        DateTimeOffset? now = null, string userName = "")
    {
        var mail = new MailOptions
        {
            From = "digest@example.org",
            BounceAddress = "bounces@example.org",
            Transport = TransportKind.Smtp,
            Smtp =
            [
                new SmtpOptions
                {
                    Host = "127.0.0.1",
                    Port = port ?? server.Port,
                    Security = security,
                    Connections = connections,
                    UserName = userName,
                    Password = "secret",
                    AllowPlaintextPassword = true,
                    CaFile = security == SmtpSecurity.None ? "" : folder.File("ca.pem"),
                },
            ],
        };
        var clock = new FakeTimeProvider(now ?? DateTimeOffset.UtcNow);
        return await new SmtpCheck(mail, new SenderIdentity(mail), clock)
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
