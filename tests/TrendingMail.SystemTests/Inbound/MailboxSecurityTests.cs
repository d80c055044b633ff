using System.Globalization;

namespace TrendingMail.SystemTests.Inbound;

/// <summary>
/// Mailboxes are read over TLS, and not at all if the server's certificate cannot be verified.
/// </summary>
public sealed class MailboxSecurityTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("Imap", "Tls")]
    [InlineData("Imap", "StartTls")]
    [InlineData("Pop3", "StartTls")]
    public async Task MailboxIsReadOverTls(string protocol, string security)
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces");
        await using var app = Home(dovecot, protocol, security);
        app.Settings["Inbound__Mailboxes__0__CaFile"] = dovecot.CaFile;
        (await app.RunAsync("subscribers", "add", "ada@shop.example", "--confirmed")).EnsureSuccess();
        await using var program = await app.ServeAsync();

        await DeliverBounceAsync(dovecot);

        await Until.TrueAsync("the message was handled and removed", Limit, () => dovecot.Count("bounces") == 0);
        var trace = await app.JsonAsync("digest", "trace", "ada@shop.example");

        // The report cannot be verified, so it only counts.
        Assert.Equal(1, trace.GetProperty("bounce_days").GetInt32());
    }

    [Theory]
    [InlineData("Tls")]
    [InlineData("StartTls")]
    public async Task ServerWithAnUntrustedCertificateIsNotRead(string security)
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces");
        await using var app = Home(dovecot, "Imap", security);

        await AssertNothingIsReadAsync(dovecot, app);
    }

    [Fact]
    public async Task ServerWithAMismatchedCertificateNameIsNotRead()
    {
        await using var dovecot = await DovecotServer.CreateAsync("imap.elsewhere.example", ["bounces"]);
        await using var app = Home(dovecot, "Imap", "Tls");
        app.Settings["Inbound__Mailboxes__0__CaFile"] = dovecot.CaFile;

        await AssertNothingIsReadAsync(dovecot, app);
    }

    private static async Task AssertNothingIsReadAsync(DovecotServer dovecot, TestApp app)
    {
        await DeliverBounceAsync(dovecot);
        await using var program = await app.ServeAsync();

        await Until.TrueAsync("the log explains why the mailbox is not read", Limit, () => program.Output.Contains(
            "is not trusted for that name", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(program.Output);
        Assert.Contains("Cannot read mailbox b…@127.0.0.1", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, dovecot.Count("bounces"));
    }

    private static TestApp Home(DovecotServer dovecot, string protocol, string security)
    {
        var app = new TestApp();
        dovecot.ConfigureMailbox(app, protocol, "bounces", security);
        return app;
    }

    /// <summary>Delivers a bounce to the mailbox.</summary>
    private static async Task DeliverBounceAsync(DovecotServer dovecot) =>
        (await Child.RunAsync(Require.Program("swaks", "swaks"),
        "--protocol", "LMTP", "--server", "127.0.0.1", "--port",
        dovecot.LmtpPort.ToString(CultureInfo.InvariantCulture),
        "--from", "<>", "--to", "bounces@example.org", "--header", "From: MAILER-DAEMON@relay.example",
        "--header", "Subject: Undelivered Mail Returned to Sender", "--body",
        "Your mail could not be delivered.\n\n<ada@shop.example>: host mx.shop.example said: 550 5.1.1 User unknown " +
        "(in reply to RCPT TO command)")).EnsureSuccess();
}
