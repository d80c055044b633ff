using System.Diagnostics;
using System.Globalization;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Inbound;

/// <summary>
/// Inbound mail with real servers: Postfix rejects, bounces and expires messages, Dovecot hosts the mailbox, and the
/// program reads it.
/// </summary>
public sealed class InboundTests
{
    private const string Publisher = "example.com";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task BouncesAndRejectionsAreAttributedToTheSubscriber()
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces", "well");
        await using var postfix = await PostfixAsync(dovecot);
        await using var app = Home(dovecot, postfix);
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();
        (string Address, string Suppression, int Days, string Words)[] expected =
        [
            ("nobody@example.org", "hard_bounce", 0, "user_unknown: 550 5.1.1"),
            ("refused@example.org", "hard_bounce", 0, "user unknown"),
            ("reader@unknown.example", "hard_bounce", 0, "not found"),
            ("full@example.org", "", 1, "mailbox_full"),
            ("late@late.example", "", 1, "network_error: connect to 127.0.0.1"),
            ("well@example.org", "", 0, ""),
        ];
        foreach (var (address, _, _, _) in expected)
        {
            (await app.RunAsync("subscribers", "add", address, "--confirmed")).EnsureSuccess();
        }

        foreach (var (address, suppression, days, words) in expected)
        {
            var trace = await Until.FoundAsync($"the trace shows the bounce of {address}", Limit, async () =>
            {
                var found = await app.JsonAsync("digest", "trace", address);
                var reason = found.GetProperty("suppression") is { ValueKind: System.Text.Json.JsonValueKind.Object } s
                    ? s.GetProperty("reason").GetString()
                    : "";
                return reason == suppression &&
                    found.GetProperty("bounce_days").GetInt32() == days ? found.GetRawText() : null;
            });
            Assert.Contains(words, trace, StringComparison.OrdinalIgnoreCase);
        }

        await Until.TrueAsync(
            "the mailbox is empty, because every message was handled", Limit, () => dovecot.Count("bounces") == 0);
    }

    [Fact]
    public async Task MailRequestsAreHandledWithinSeconds()
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces", "well", "new");
        await using var postfix = await PostfixAsync(dovecot);
        await using var app = Home(dovecot, postfix);
        await using var program = await app.ServeAsync();
        (await app.RunAsync("subscribers", "add", "well@example.org", "--confirmed")).EnsureSuccess();

        await SendWithSwaksAsync(postfix, "forger@elsewhere.example", "well@example.org", "unsubscribe");
        await SendWithSwaksAsync(postfix, "new@example.org", "new@example.org", "subscribe");
        var waited = Stopwatch.StartNew();
        await Until.FoundAsync(
            "new@example.org is asked to confirm", Limit, () => StateAsync(app, "new@example.org", "pending"));
        await Until.TrueAsync("the confirmation arrives", Limit, () => dovecot.Count("new") == 1);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Read and replied to within {waited.Elapsed.TotalSeconds:F1} s.");
        Assert.NotNull(await StateAsync(app, "well@example.org", "active"));

        await SendWithSwaksAsync(postfix, "well@example.org", "well@example.org", "Please unsubscribe me");
        await Until.FoundAsync(
            "well@example.org is unsubscribed", Limit, () => StateAsync(app, "well@example.org", "unsubscribed"));
    }

    [Fact]
    public async Task MailboxIsReadByPop3AndPersonalMailStays()
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces", "well");
        await using var postfix = await PostfixAsync(dovecot);
        await using var app = Home(dovecot, postfix, "Pop3");
        await using var program = await app.ServeAsync();
        (await app.RunAsync("subscribers", "add", "well@example.org", "--confirmed")).EnsureSuccess();

        await SendWithSwaksAsync(postfix, "well@example.org", "well@example.org", "A question about Monday's digest");
        await SendWithSwaksAsync(postfix, "well@example.org", "well@example.org", "unsubscribe");

        await Until.FoundAsync(
            "well@example.org is unsubscribed", Limit, () => StateAsync(app, "well@example.org", "unsubscribed"));
        await Until.TrueAsync("one mail is left", Limit, () => dovecot.Count("bounces") == 1);
    }

    private static TestApp Home(DovecotServer dovecot, PostfixServer postfix, string protocol = "Imap")
    {
        var app = new TestApp();
        postfix.ConfigureSmtp(app);
        dovecot.ConfigureMailbox(app, protocol, "bounces");
        app.Settings["Mail__From"] = $"digest@{Publisher}";
        app.Settings["Mail__BounceAddress"] = $"bounces@{Publisher}";
        app.Settings["Inbound__AuthservId"] = $"mail.{PostfixServer.Domain}";
        return app;
    }

    /// <summary>
    /// A relay that delivers to Dovecot, rejects one address in the SMTP session, fails to resolve one domain, and
    /// expires a message at the first attempt if a server does not respond. It also adds the results of an SPF check.
    /// </summary>
    private static Task<PostfixServer> PostfixAsync(DovecotServer dovecot) => PostfixServer.CreateAsync(string.Create(
        CultureInfo.InvariantCulture, $$"""
            virtual_mailbox_domains = {{PostfixServer.Domain}}, {{Publisher}}
            virtual_transport = lmtp:inet:127.0.0.1:{{dovecot.LmtpPort}}
            virtual_alias_maps = inline:{ { digest@{{Publisher}} = bounces@{{Publisher}} } }
            transport_maps = inline:{ { late.example = smtp:[127.0.0.1]:{{TestApp.FreePort()}} }, { unknown.example = error:5.4.4 Host or domain name not found. Name service error for name=unknown.example } }
            maximal_queue_lifetime = 0
            smtpd_recipient_restrictions = check_recipient_access inline:{ { refused@{{PostfixServer.Domain}} = 550 5.1.1 User unknown } }, permit_mynetworks, reject
            smtpd_sender_restrictions = check_sender_access inline:{ { {{PostfixServer.Domain}} = PREPEND Authentication-Results: mail.{{PostfixServer.Domain}}; spf=pass smtp.mailfrom={{PostfixServer.Domain}} } }
            """));

    private static async Task SendWithSwaksAsync(PostfixServer postfix, string sender, string author, string subject)
    {
        var swaks = Require.Program("swaks", "swaks");
        (await Child.RunAsync(
            swaks, "--server", "127.0.0.1", "--port", postfix.Port.ToString(CultureInfo.InvariantCulture),
            "--from", sender, "--to", $"digest@{Publisher}", "--header", $"From: {author}", "--header",
            $"Subject: {subject}",
            "--body", ".")).EnsureSuccess();
    }

    private static async Task<string?> StateAsync(TestApp app, string address, string expected)
    {
        var shown = await app.RunAsync("subscribers", "show", address, "--json");
        return shown.ExitCode == 0 &&
            shown.Output.Contains($"\"state\": \"{expected}\"", StringComparison.Ordinal) ? expected : null;
    }
}
