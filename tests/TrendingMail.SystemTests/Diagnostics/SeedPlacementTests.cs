using System.Globalization;
using Microsoft.Data.Sqlite;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics.Seeds;
using TrendingMail.SystemTests.Delivery;
using TrendingMail.SystemTests.Inbound;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>
/// A digest to seed mailboxes with real servers: Postfix delivers it to Dovecot, whose Sieve script files it, and IMAP
/// tells where.
/// </summary>
public sealed class SeedPlacementTests
{
    private const string Publisher = "papers.example.org";

    private const string Script = $$"""
        require ["envelope", "fileinto"];
        if envelope :localpart "to" "junk" { fileinto "{{DovecotServer.SpamFolder}}"; }
        elsif envelope :localpart "to" "filtered" { fileinto "Papers"; }
        elsif envelope :localpart "to" "lost" { discard; }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachProviderShowsWhereItFiledTheDigest()
    {
        await using var dovecot = await DovecotServer.CreateWithSieveAsync(
            Script, "ada", "inbox", "junk", "filtered", "lost", "locked");
        await using var postfix = await CreatePostfixAsync(dovecot);
        await using var app = CreateApp(postfix);
        await SendDigestAsync(app);
        await using var seeds = new SeedInstallation(app, postfix, ListSeeds(dovecot));

        await seeds.RunAsync(Stop);
        await Until.TrueAsync("the messages are delivered", Limit, () =>
            dovecot.CountNew("inbox") == 1 && dovecot.CountNew("filtered", ".Papers") == 1 &&
            dovecot.CountNew("junk", ".Unerw&APw-nscht") == 1 && dovecot.Count("locked") == 1);
        await seeds.AdvanceAsync(TimeSpan.FromMinutes(2), Stop);
        var first = await seeds.ListAsync(Stop);
        await seeds.AdvanceAsync(TimeSpan.FromMinutes(70), Stop);
        var results = await seeds.ListAsync(Stop);

        Assert.Equal(
            [("Filtered", Placement.Other, "Papers"), ("Inbox", Placement.Inbox, "INBOX"),
                ("Junk", Placement.Spam, DovecotServer.SpamFolder), ("Locked", Placement.Pending, null),
                ("Lost", Placement.Pending, null), ("Rejected", Placement.Missing, null),
                ("Untrusted", Placement.Pending, null)],
            first.Select(message => (message.Provider, message.Placement, message.Folder)));
        var inbox = first.Single(message => message.Provider == "Inbox");
        Assert.Equal(("pass", "fail"), (inbox.Spf, inbox.Dmarc));
        Assert.InRange(inbox.Minutes!.Value, 0, 1);
        Assert.Equal(Placement.Missing, results.Single(message => message.Provider == "Lost").Placement);
        AssertUnknown(results, "Locked", "rejected the login");
        AssertUnknown(results, "Untrusted", "is not trusted for that name");

        // Nothing was sent twice, and nothing in the mailboxes was touched.
        Assert.Equal(1, dovecot.CountNew("inbox"));
        Assert.Equal(1, dovecot.CountNew("junk", ".Unerw&APw-nscht"));
        await AssertReportedAsync(app);
    }

    /// <summary>What the operator is shown and told, and who was counted.</summary>
    private static async Task AssertReportedAsync(TestApp app)
    {
        var shown = await app.RunAsync("doctor", "seeds");
        Assert.Equal(1, shown.ExitCode);
        Assert.Matches($"(?m)^daily [0-9-]+  Junk +spam folder {DovecotServer.SpamFolder} ", shown.Output);
        Assert.Matches("(?m)^daily [0-9-]+  Lost +not arrived +127.0.0.1:[0-9]+ accepted it: 250 ", shown.Output);
        Assert.Matches("(?m)^daily [0-9-]+  Filtered +other folder Papers ", shown.Output);
        Assert.DoesNotContain("secret", shown.Output, StringComparison.Ordinal);
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(app.Folder, "data", "trendingmail.db")};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(subject, '|') FROM (SELECT subject FROM alerts ORDER BY key)";
        var alerts = (string?)await command.ExecuteScalarAsync(Stop);
        Assert.Matches(@"^The daily digest of [0-9-]+ went to spam at Junk\|The daily digest of [0-9-]+ did not " +
            @"arrive at Lost\|The daily digest of [0-9-]+ was rejected by Rejected$", alerts);
        Assert.Equal(1, (await app.JsonAsync("digest", "status"))[0].GetProperty("counts").GetProperty("sent")
            .GetInt32());
    }

    private static void AssertUnknown(IEnumerable<SeedMessage> messages, string provider, string reason)
    {
        var message = messages.Single(message => message.Provider == provider);
        Assert.Equal(Placement.Unknown, message.Placement);
        Assert.Contains(reason, message.Detail, StringComparison.Ordinal);
    }

    private static SeedOptions[] ListSeeds(DovecotServer dovecot)
    {
        var plain = new SeedOptions
        {
            Host = "127.0.0.1",
            Port = dovecot.ImapPort,
            Security = SmtpSecurity.None,
            AllowPlaintextPassword = true,
            Password = "secret",
        };
        var encrypted = plain with
        {
            Port = dovecot.ImapsPort,
            Security = SmtpSecurity.Tls,
            AllowPlaintextPassword = false,
        };
        return
        [
            encrypted with { Address = Address("inbox"), Provider = "Inbox", CaFile = dovecot.CaFile },
            plain with { Address = Address("junk"), Provider = "Junk" },
            plain with { Address = Address("filtered"), Provider = "Filtered" },
            plain with { Address = Address("lost"), Provider = "Lost" },
            plain with { Address = Address("locked"), Provider = "Locked", Password = "changed" },
            encrypted with { Address = Address("ada"), Provider = "Untrusted" },
            plain with { Address = Address("refused"), Provider = "Rejected" },
        ];
    }

    private static string Address(string name) => $"{name}@{PostfixServer.Domain}";

    private static TestApp CreateApp(PostfixServer postfix)
    {
        var app = new TestApp("sample.json");
        postfix.ConfigureSmtp(app);
        app.Settings["Mail__From"] = $"digest@{Publisher}";
        return app;
    }

    private static async Task SendDigestAsync(TestApp app)
    {
        var day = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await app.RunAsync("papers", "fetch", "--date", day)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", day)).EnsureSuccess();
        (await app.RunAsync("subscribers", "add", Address("reader"), "--confirmed")).EnsureSuccess();
        (await app.RunAsync("digest", "send", "--date", day)).EnsureSuccess();
    }

    /// <summary>
    /// A relay that delivers to Dovecot, adds the results of its checks above those that the sender claims, and rejects
    /// one address.
    /// </summary>
    private static Task<PostfixServer> CreatePostfixAsync(DovecotServer dovecot) => PostfixServer.CreateAsync(
        string.Create(CultureInfo.InvariantCulture, $$"""
            virtual_mailbox_domains = {{PostfixServer.Domain}}
            virtual_transport = lmtp:inet:127.0.0.1:{{dovecot.LmtpPort}}
            virtual_alias_maps = inline:{ { {{Address("reader")}} = {{Address("ada")}} } }
            smtpd_recipient_restrictions = check_recipient_access inline:{ { {{Address("refused")}} = 550 5.1.1 User unknown } }, permit_mynetworks, reject
            smtpd_sender_restrictions = check_sender_access inline:{ { {{Publisher}} = PREPEND Authentication-Results: mail.{{PostfixServer.Domain}}; spf=pass smtp.mailfrom={{Publisher}}; dmarc=fail header.from={{Publisher}} } }
            """));
}
