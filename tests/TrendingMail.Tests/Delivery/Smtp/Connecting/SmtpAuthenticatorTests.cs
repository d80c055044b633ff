using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Tests.Delivery.Smtp.Servers;

namespace TrendingMail.Tests.Delivery.Smtp.Connecting;

/// <summary>The choice of a SASL mechanism, and SCRAM bound to the TLS connection.</summary>
public sealed class SmtpAuthenticatorTests : IDisposable
{
    private const string UserName = "mailer,1=2";

    private const string Password = "open sesame";

    private readonly X509Certificate2 certificate = TestCertificate.Create();
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Mechanisms => [.. ScramServer.Mechanisms.Keys];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>RFC 5929 section 4.1: the hash of the certificate, which is signed with SHA-256.</summary>
    private byte[] ChannelBinding => SHA256.HashData(certificate.RawData);

    public void Dispose()
    {
        certificate.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task ALoginIsBoundToTheTlsConnection(string mechanism)
    {
        await using var server = Server($"{mechanism} {mechanism[..^5]} PLAIN", Scram(mechanism));

        await using var connection = await SmtpConnection.OpenAsync(Options(server), Stop);

        Assert.StartsWith($"AUTH {mechanism} ", Assert.Single(Logins(server)), StringComparison.Ordinal);
    }

    /// <summary>Shows that the server of these tests is right, with a client that is not ours.</summary>
    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task MailKitsOwnScramIsAcceptedOverItsOwnTls(string mechanism)
    {
        await using var server = Server(mechanism, Scram(mechanism));
        using var client = new SmtpClient();
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = CertificateTrust.CreateCallback(Options(server).CaFile);
        await client.ConnectAsync("127.0.0.1", server.Port, SecureSocketOptions.SslOnConnect, Stop);

        await client.AuthenticateAsync(UserName, Password, Stop);

        Assert.True(client.IsAuthenticated);
    }

    [Fact]
    public async Task ALoginRelayedOverAnotherTlsConnectionIsRejected()
    {
        var elsewhere = new ScramServer(HashAlgorithmName.SHA256, Password, SHA256.HashData("another certificate"u8));
        await using var server = Server("SCRAM-SHA-256-PLUS SCRAM-SHA-256", elsewhere.Reply);

        await Assert.ThrowsAsync<AuthenticationException>(() => SmtpConnection.OpenAsync(Options(server), Stop));

        Assert.Single(Logins(server));
    }

    [Fact]
    public async Task AServerThatDoesNotKnowThePasswordIsNotTrusted()
    {
        var impostor = new ScramServer(HashAlgorithmName.SHA256, Password, ChannelBinding)
        {
            ForgedSignature = $"v={Convert.ToBase64String(new byte[32])}",
        };
        await using var server = Server("SCRAM-SHA-256-PLUS", impostor.Reply);

        await Assert.ThrowsAsync<AuthenticationException>(() => SmtpConnection.OpenAsync(Options(server), Stop));
    }

    [Fact]
    public async Task TheNextMechanismIsTriedIfTheStrongestIsRejected()
    {
        await using var server = Server("SCRAM-SHA-256-PLUS PLAIN", line =>
            line.StartsWith("AUTH PLAIN", StringComparison.Ordinal) ? "235 2.7.0 welcome" : "535 5.7.8 no");

        await using var connection = await SmtpConnection.OpenAsync(Options(server), Stop);

        Assert.Equal(["SCRAM-SHA-256-PLUS", "PLAIN"], Logins(server).Select(line => line.Split(' ')[1]));
    }

    [Fact]
    public async Task WithoutTlsThereIsNoChannelToBindTo()
    {
        await using var server = new ScriptedSmtpServer(line =>
            line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-test\r\n250 AUTH SCRAM-SHA-256-PLUS PLAIN"
            : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 welcome"
            : null);

        await using var connection = await SmtpConnection.OpenAsync(
            Options(server) with { Security = SmtpSecurity.None, AllowPlaintextPassword = true }, Stop);

        Assert.StartsWith("AUTH PLAIN ", Assert.Single(Logins(server)), StringComparison.Ordinal);
    }

    private Func<string, string> Scram(string mechanism) =>
        new ScramServer(ScramServer.Mechanisms[mechanism], Password, ChannelBinding).Reply;

    private ScriptedSmtpServer Server(string mechanisms, Func<string, string> authenticate) =>
        new(line => line.Split(' ')[0] switch
        {
            "EHLO" => $"250-test\r\n250 AUTH {mechanisms}",
            "CONNECT" or "QUIT" => null,
            _ => authenticate(line),
        })
        {
            Certificate = certificate,
            IsTlsImplicit = true,
        };

    private SmtpOptions Options(ScriptedSmtpServer server) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        Security = SmtpSecurity.Tls,
        CaFile = folder.Write("ca.pem", certificate.ExportCertificatePem()),
        UserName = UserName,
        Password = Password,
    };

    private static IEnumerable<string> Logins(ScriptedSmtpServer server) =>
        server.Lines.Where(line => line.StartsWith("AUTH ", StringComparison.Ordinal));
}
