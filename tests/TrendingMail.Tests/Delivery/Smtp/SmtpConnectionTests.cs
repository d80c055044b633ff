using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Smtp;
using TrendingMail.Tests.Delivery.Smtp.Servers;

namespace TrendingMail.Tests.Delivery.Smtp;

/// <summary>Setting up a connection: greeting, EHLO, STARTTLS, TLS and the login.</summary>
public sealed class SmtpConnectionTests : IDisposable
{
    private const string OffersStartTls = "250-test\r\n250 STARTTLS";

    private static readonly string Ehlo = $"EHLO {EhloDomain.Local}";

    private readonly X509Certificate2 certificate = TestCertificate.Create();
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        certificate.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Auto)]
    public async Task StartTlsSecuresTheDialogueBeforeAnythingElseIsSent(SmtpSecurity security)
    {
        await using var server = Server(line => line == Ehlo ? OffersStartTls : null);

        Assert.Null(await ConnectAsync(Options(server, security)));

        Assert.Equal(["CONNECT", Ehlo, "STARTTLS", ScriptedSmtpServer.TlsHandshake, Ehlo, "QUIT"], server.Lines);
    }

    [Fact]
    public async Task ImplicitTlsSecuresTheWholeDialogue()
    {
        await using var server = new ScriptedSmtpServer(_ => null) { Certificate = certificate, IsTlsImplicit = true };

        Assert.Null(await ConnectAsync(Options(server, SmtpSecurity.Tls)));

        Assert.Equal([ScriptedSmtpServer.TlsHandshake, "CONNECT", Ehlo, "QUIT"], server.Lines);
    }

    [Fact]
    public async Task WhatTheServerOfferedBeforeTlsIsForgotten()
    {
        var offers = new Queue<string>(
            ["250-test\r\n250-CHUNKING\r\n250-SIZE 9\r\n250-AUTH PLAIN\r\n250 STARTTLS", "250-test\r\n250 PIPELINING"]);
        await using var server = Server(line => line == Ehlo ? offers.Dequeue() : null);

        await using var connection = await SmtpConnection.OpenAsync(Options(server, SmtpSecurity.StartTls), Stop);

        Assert.Equal(SmtpCapabilities.Pipelining, connection.Capabilities & ~SmtpCapabilities.StartTLS);
        Assert.Equal(0u, connection.MaxSize);
    }

    [Theory]
    [InlineData("STARTTLS", "220 go on\r\n250 injected", SmtpSecurity.StartTls)]
    [InlineData("EHLO", "250 test\r\n250 injected", SmtpSecurity.Auto)]
    public async Task UnexpectedDataBeforeTlsIsRejected(string command, string reply, SmtpSecurity security)
    {
        await using var server = Server(
            line => line.StartsWith(command, StringComparison.Ordinal) ? reply : line == Ehlo ? OffersStartTls : null);

        Assert.Contains("unencrypted data", await ConnectAsync(Options(server, security)), StringComparison.Ordinal);

        Assert.DoesNotContain(ScriptedSmtpServer.TlsHandshake, server.Lines);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Auto)]
    public async Task MultilineRepliesAreReadToTheirEnd(SmtpSecurity security)
    {
        await using var server = Server(line =>
            line == "CONNECT" ? "220-test ESMTP\r\n220-no unsolicited mail\r\n220 go on"
            : line == Ehlo ? "250-test hello\r\n250-SIZE 1000\r\n250-starttls\r\n250 DSN"
            : null);

        await using var connection = await SmtpConnection.OpenAsync(Options(server, security), Stop);

        Assert.Contains(ScriptedSmtpServer.TlsHandshake, server.Lines);
        Assert.Equal(1000u, connection.MaxSize);
    }

    [Fact]
    public async Task AServerNamedStartTlsDoesNotOfferIt()
    {
        await using var server = Server(line => line == Ehlo ? "250-STARTTLS\r\n250 SIZE 1000" : null);

        Assert.Null(await ConnectAsync(Options(server, SmtpSecurity.Auto)));

        Assert.DoesNotContain("STARTTLS", server.Lines);
    }

    [Theory]
    [InlineData(SmtpSecurity.None)]
    [InlineData(SmtpSecurity.Auto)]
    [InlineData(SmtpSecurity.StartTls)]
    public async Task AllLinesOfANegativeReplyAreTheReason(SmtpSecurity security)
    {
        await using var server = Server(
            line => line == "CONNECT" ? "554-5.7.1 your network is blocked\r\n554 5.7.1 ask us" : null);

        Assert.Equal("554 5.7.1 your network is blocked ask us", await ConnectAsync(Options(server, security)));
    }

    [Theory]
    [InlineData("CONNECT", "554 5.7.1 your network is blocked", SmtpSecurity.None)]
    [InlineData("CONNECT", "554 5.7.1 your network is blocked", SmtpSecurity.Auto)]
    [InlineData("CONNECT", "554 5.7.1 your network is blocked", SmtpSecurity.StartTls)]
    [InlineData("CONNECT", "421 4.3.2 too busy", SmtpSecurity.Auto)]
    [InlineData("EHLO", "421 4.3.2 too busy", SmtpSecurity.Auto)]
    [InlineData("EHLO", "451 4.3.0 try again", SmtpSecurity.Auto)]
    [InlineData("EHLO", "502 5.5.1 unknown command", SmtpSecurity.StartTls)]
    [InlineData("STARTTLS", "421 4.3.2 too busy", SmtpSecurity.Auto)]
    [InlineData("STARTTLS", "454 4.7.0 TLS is not available", SmtpSecurity.Auto)]
    [InlineData("STARTTLS", "501 5.5.4 no", SmtpSecurity.StartTls)]
    public async Task ANegativeReplyIsTheReason(string command, string reply, SmtpSecurity security)
    {
        await using var server = Server(
            line => line.StartsWith(command, StringComparison.Ordinal) ? reply : line == Ehlo ? OffersStartTls : null);

        Assert.Equal(reply.Split("\r\n")[0].Replace('-', ' '), await ConnectAsync(Options(server, security)));

        Assert.StartsWith(command, server.Lines.Last(), StringComparison.Ordinal);
        Assert.Single(server.Lines, line => line.StartsWith(command, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AServerThatClosesDuringTheLoginDoesNotRejectTheLogin()
    {
        await using var server = new ScriptedSmtpServer(line =>
            line == Ehlo ? "250-test\r\n250 AUTH PLAIN"
            : line.StartsWith("AUTH", StringComparison.Ordinal) ? "421 4.3.2 too busy"
            : null);

        Assert.Equal("421 4.3.2 too busy", await ConnectAsync(
            Options(server, SmtpSecurity.None) with
            {
                UserName = "mailer",
                Password = "secret",
                AllowPlaintextPassword = true,
            }));
    }

    [Fact]
    public async Task A421AfterTlsEndsTheConnection()
    {
        var replies = new Queue<string>([OffersStartTls, "421 4.3.2 too busy"]);
        await using var server = Server(line => line == Ehlo ? replies.Dequeue() : null);

        Assert.NotNull(await ConnectAsync(Options(server, SmtpSecurity.StartTls)));

        Assert.Equal(ScriptedSmtpServer.TlsHandshake, server.Lines.ToArray()[^2]);
    }

    [Fact]
    public async Task AutoSendsUnencryptedIfTheServerDoesNotOfferStartTls()
    {
        await using var server = Server(_ => null);

        Assert.Null(await ConnectAsync(Options(server, SmtpSecurity.Auto)));

        Assert.Equal(["CONNECT", Ehlo, Ehlo, "QUIT"], server.Lines);
    }

    /// <summary>Anyone on the network can remove the offer of STARTTLS, or reply to EHLO for the server.</summary>
    [Theory]
    [InlineData("250-test\r\n250 AUTH PLAIN LOGIN CRAM-MD5", SmtpAuthentication.Auto)]
    [InlineData("250-test\r\n250 AUTH PLAIN", SmtpAuthentication.Plain)]
    [InlineData("250-test\r\n250 AUTH SCRAM-SHA-256", SmtpAuthentication.ScramSha256)]
    [InlineData("250-test\r\n250 AUTH XOAUTH2", SmtpAuthentication.XOAuth2)]
    [InlineData("502 5.5.1 unknown command", SmtpAuthentication.Auto)]
    public async Task AutoDoesNotLogInWithoutTls(string ehloReply, SmtpAuthentication authentication)
    {
        await using var server = Server(line => line == Ehlo ? ehloReply : null);

        Assert.NotNull(await ConnectAsync(Options(server, SmtpSecurity.Auto) with
        {
            UserName = "mailer",
            Password = "secret",
            Authentication = authentication,
        }));

        Assert.Equal(["CONNECT", Ehlo], server.Lines);
    }

    [Fact]
    public async Task APasswordIsSentWithoutTlsOnlyIfThatIsAllowed()
    {
        await using var server = Server(line =>
            line == Ehlo ? "250-test\r\n250 AUTH PLAIN"
            : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 welcome"
            : null);

        Assert.Null(await ConnectAsync(Options(server, SmtpSecurity.Auto) with
        {
            UserName = "mailer",
            Password = "secret",
            AllowPlaintextPassword = true,
        }));

        Assert.Contains(server.Lines, line => line.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AutoDoesNotLogInIfTheServerTakesBackItsOfferOfStartTls()
    {
        await using var server = Server(line =>
            line == Ehlo ? "250-test\r\n250-AUTH PLAIN\r\n250 STARTTLS"
            : line == "STARTTLS" ? "454 4.7.0 TLS not available"
            : null);

        Assert.NotNull(await ConnectAsync(
            Options(server, SmtpSecurity.Auto) with { UserName = "mailer", Password = "secret" }));

        Assert.DoesNotContain(server.Lines, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AutoFallsBackToHelo()
    {
        await using var server = Server(line => line == Ehlo ? "502 5.5.1 unknown command" : null);

        Assert.Null(await ConnectAsync(Options(server, SmtpSecurity.Auto)));

        Assert.Equal(["CONNECT", Ehlo, Ehlo, $"HELO {EhloDomain.Local}", "QUIT"], server.Lines);
    }

    [Fact]
    public async Task RequiredStartTlsIsNotSkipped()
    {
        await using var server = Server(line => line == Ehlo ? "250-test\r\n250 AUTH PLAIN" : null);

        var reason = await ConnectAsync(
            Options(server, SmtpSecurity.StartTls) with { UserName = "mailer", Password = "secret" });

        Assert.Contains("STARTTLS", reason, StringComparison.Ordinal);
        Assert.Equal(["CONNECT", Ehlo], server.Lines);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Auto)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task ACertificateOfAnUnknownAuthorityIsNotTrusted(SmtpSecurity security)
    {
        await using var server = new ScriptedSmtpServer(line => line == Ehlo ? OffersStartTls : null)
        {
            Certificate = certificate,
            IsTlsImplicit = security == SmtpSecurity.Tls,
        };

        var reason = await ConnectAsync(Options(server, security) with { CaFile = "" });

        Assert.Contains("the certificate is not trusted", reason, StringComparison.Ordinal);
        Assert.Contains("CaFile", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACertificateForAnotherNameIsNotTrusted(bool hasCaFile)
    {
        using var other = TestCertificate.Create("mail.example.org");
        await using var server = new ScriptedSmtpServer(_ => null) { Certificate = other, IsTlsImplicit = true };

        var reason = await ConnectAsync(Options(server, SmtpSecurity.Tls) with
        {
            CaFile = hasCaFile ? folder.Write("other.pem", other.ExportCertificatePem()) : "",
        });

        Assert.Contains("not valid for the name 127.0.0.1", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellationDuringTheHandshakeIsNotAFailureOfTheServer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var cancellation = new CancellationTokenSource();
        var options = new SmtpOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            Security = SmtpSecurity.Tls,
        };
        var opening = SmtpConnection.OpenAsync(options, cancellation.Token);
        using var client = await listener.AcceptTcpClientAsync(Stop);
        await client.GetStream().ReadExactlyAsync(new byte[1], Stop);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task AServerIsReachedByItsIPv6Address()
    {
        await using var server = new ScriptedSmtpServer(_ => null, IPAddress.IPv6Loopback);

        Assert.Null(await ConnectAsync(Options(server, SmtpSecurity.Auto) with { Host = "::1" }));
    }

    private ScriptedSmtpServer Server(Func<string, string?> script) => new(script) { Certificate = certificate };

    private SmtpOptions Options(ScriptedSmtpServer server, SmtpSecurity security) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        Security = security,
        CaFile = folder.Write("ca.pem", certificate.ExportCertificatePem()),
    };

    /// <summary>Returns why the connection failed; null if it did not.</summary>
    private static async Task<string?> ConnectAsync(SmtpOptions options)
    {
        try
        {
            await (await SmtpConnection.OpenAsync(options, Stop)).DisposeAsync();
            return null;
        }
        catch (Exception e) when (SmtpConnection.Explain(e, options) is { } reason)
        {
            return reason;
        }
    }
}
