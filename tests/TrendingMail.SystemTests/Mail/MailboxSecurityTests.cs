using System.Globalization;

namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// The mailbox is read through TLS, and not at all where the server cannot show that it is the right one.
/// </summary>
public sealed class MailboxSecurityTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("Imap", "Tls")]
    [InlineData("Imap", "StartTls")]
    [InlineData("Pop3", "StartTls")]
    public async Task AMailboxIsReadThroughTls(string protocol, string security)
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces");
        await using var home = Home(dovecot, protocol, security);
        home.Settings["Inbound__Mailboxes__0__CaFile"] = dovecot.CaFile;
        (await home.RunAsync("subscribers", "add", "ada@shop.example", "--confirmed")).Well();
        await using var program = await home.ServeAsync();

        await BounceAsync(dovecot);

        await Until.TrueAsync("the mail was understood and is gone", Limit, () => dovecot.Count("bounces") == 0);
        var trace = await home.JsonAsync("digest", "trace", "ada@shop.example");
        Assert.Equal("hard_bounce", trace.GetProperty("suppression").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("Tls")]
    [InlineData("StartTls")]
    public async Task AServerThatNobodyVouchesForIsNotRead(string security)
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces");
        await using var home = Home(dovecot, "Imap", security);

        await NothingIsReadAsync(dovecot, home);
    }

    [Fact]
    public async Task AServerWithTheCertificateOfAnotherNameIsNotRead()
    {
        await using var dovecot = await DovecotServer.CreateAsync("imap.elsewhere.example", ["bounces"]);
        await using var home = Home(dovecot, "Imap", "Tls");
        home.Settings["Inbound__Mailboxes__0__CaFile"] = dovecot.CaFile;

        await NothingIsReadAsync(dovecot, home);
    }

    private static async Task NothingIsReadAsync(DovecotServer dovecot, ProgramHome home)
    {
        await BounceAsync(dovecot);
        await using var program = await home.ServeAsync();

        await Until.TrueAsync("the log says why the mailbox is not read", Limit, () => program.Output.Contains(
            "is not trusted for that name", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(program.Output);
        Assert.Contains("The mailbox bounces@127.0.0.1 cannot be read", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, dovecot.Count("bounces"));
    }

    private static ProgramHome Home(DovecotServer dovecot, string protocol, string security)
    {
        var home = new ProgramHome();
        dovecot.Serve(home, protocol, "bounces", security);
        return home;
    }

    /// <summary>A bounce comes into the mailbox.</summary>
    private static async Task BounceAsync(DovecotServer dovecot) => (await Child.RunAsync(Need.Program("swaks", "swaks"),
        "--protocol", "LMTP", "--server", "127.0.0.1", "--port", dovecot.LmtpPort.ToString(CultureInfo.InvariantCulture),
        "--from", "<>", "--to", "bounces@example.org", "--header", "From: MAILER-DAEMON@relay.example",
        "--header", "Subject: Undelivered Mail Returned to Sender", "--body",
        "Your mail could not be delivered.\n\n<ada@shop.example>: host mx.shop.example said: 550 5.1.1 User unknown " +
        "(in reply to RCPT TO command)")).Well();
}
