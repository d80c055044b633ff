using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Dns;
using TrendingMail.Diagnostics.Smtp;
using TrendingMail.SystemTests.Delivery;
using TrendingMail.SystemTests.Inbound;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>The check of SMTP servers against a real Postfix.</summary>
public sealed class SmtpCheckTests
{
    /// <summary>Postfix exempts its own network from limits.</summary>
    private const string NoExemptions = "smtpd_client_event_limit_exceptions =";

    [Fact]
    public async Task AServerWithTlsAndLoginIsGood()
    {
        using var certificate = new ServerCertificate(DateTimeOffset.UtcNow.AddDays(60));
        await using var dovecot = await DovecotServer.CreateAsync("mailer");
        await using var postfix = await PostfixServer.CreateAsync(
            $"{certificate.PostfixSettings}\n{Sasl(dovecot)}\nmessage_size_limit = 10485760");

        var findings = await CheckAsync(Server(postfix) with
        {
            Security = SmtpSecurity.StartTls,
            CaFile = certificate.CertificateFile,
            UserName = "mailer",
            Password = "secret",
        });

        Assert.All(findings, finding => Assert.Equal(Verdict.Good, finding.Verdict));
        Assert.StartsWith("The server speaks TLS 1.3 and accepts the login of mailer. Its certificate is valid until ",
            findings[0].Text, StringComparison.Ordinal);
        Assert.Equal("The server accepts messages of up to 10485760 bytes.", findings[1].Text);
        Assert.Contains("PIPELINING", findings[1].Evidence[0], StringComparison.Ordinal);
        Assert.Equal("The server accepts 2 simultaneous connections.", findings[^1].Text);
        Assert.Empty(postfix.ReceivedMessages());
    }

    [Fact]
    public async Task AWrongPasswordIsBad()
    {
        using var certificate = new ServerCertificate(DateTimeOffset.UtcNow.AddDays(60));
        await using var dovecot = await DovecotServer.CreateAsync("mailer");
        await using var postfix = await PostfixServer.CreateAsync($"{certificate.PostfixSettings}\n{Sasl(dovecot)}");

        await AssertAsync(
            Server(postfix) with
            {
                Security = SmtpSecurity.StartTls,
                CaFile = certificate.CertificateFile,
                UserName = "mailer",
                Password = "wrong",
            },
            Verdict.Bad, "rejected the login of mailer", "Mail:Smtp:0:Password");
    }

    [Theory]
    [InlineData(-1, Verdict.Bad, "the certificate expired on ")]
    [InlineData(5, Verdict.Warn, ", 4 more days: after that, no mail is sent.")]
    public async Task ACertificateThatEndsIsReportedWithItsDate(int days, Verdict verdict, string text)
    {
        using var certificate = new ServerCertificate(DateTimeOffset.UtcNow.AddDays(days));
        await using var postfix = await PostfixServer.CreateAsync(certificate.PostfixSettings);

        await AssertAsync(
            Server(postfix) with { Security = SmtpSecurity.StartTls, CaFile = certificate.CertificateFile },
            verdict, text, "Have the certificate of 127.0.0.1 renewed");
    }

    [Fact]
    public async Task ACertificateOfAnUnknownAuthorityIsBad()
    {
        using var certificate = new ServerCertificate(DateTimeOffset.UtcNow.AddDays(60));
        await using var postfix = await PostfixServer.CreateAsync(certificate.PostfixSettings);

        await AssertAsync(Server(postfix) with { Security = SmtpSecurity.StartTls },
            Verdict.Bad, "the certificate is not trusted", "set Mail:Smtp:0:CaFile");
    }

    [Fact]
    public async Task AServerWithoutTheTlsThatIsRequiredIsBad()
    {
        await using var postfix = await PostfixServer.CreateAsync();

        await AssertAsync(Server(postfix) with { Security = SmtpSecurity.StartTls },
            Verdict.Bad, "does not offer STARTTLS", "Mail:Smtp:0:Security");
    }

    [Fact]
    public async Task ALimitBelowTheSizeOfADigestIsBad()
    {
        await using var postfix = await PostfixServer.CreateAsync("message_size_limit = 50000");

        await AssertAsync(Server(postfix), Verdict.Bad, "messages of up to 50000 bytes", "message_size_limit");
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task ASenderThatTheServerRejectsIsBad(string delayReject)
    {
        await using var postfix = await PostfixServer.CreateAsync($$"""
            smtpd_delay_reject = {{delayReject}}
            smtpd_sender_restrictions = check_sender_access inline:{papers.example.net=REJECT}
            """);

        await AssertAsync(Server(postfix),
            Verdict.Bad, "rejects our return path digest@papers.example.net: 554 5.7.1", "Mail:BounceAddress");
    }

    [Fact]
    public async Task ALimitOfConnectionsIsReportedWithTheSettingThatFits()
    {
        await using var postfix = await PostfixServer.CreateAsync(
            $"smtpd_client_connection_count_limit = 2\n{NoExemptions}");

        await AssertAsync(Server(postfix) with { Connections = 4 },
            Verdict.Warn, "accepts 2 of 4 simultaneous connections", "Set Mail:Smtp:0:Connections to 2");
    }

    private static string Sasl(DovecotServer dovecot) => $"""
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = inet:127.0.0.1:{dovecot.AuthPort}
        smtpd_tls_auth_only = yes
        """;

    private static SmtpOptions Server(PostfixServer postfix) => new()
    {
        Host = "127.0.0.1",
        Port = postfix.Port,
        Security = SmtpSecurity.None,
        Connections = 2,
    };

    private static async Task AssertAsync(SmtpOptions server, Verdict verdict, string text, string remedy)
    {
        var finding = Assert.Single(await CheckAsync(server), finding => finding.Verdict != Verdict.Good);
        Assert.Equal(verdict, finding.Verdict);
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
        Assert.Contains(remedy, finding.Remedy, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Finding>> CheckAsync(SmtpOptions server)
    {
        var mail = new MailOptions
        {
            From = "digest@papers.example.net",
            Transport = TransportKind.Smtp,
            Smtp = [server],
        };
        return await new SmtpCheck(mail, new SenderIdentity(mail), TimeProvider.System)
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
