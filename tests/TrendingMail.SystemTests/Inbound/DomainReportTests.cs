using System.Globalization;
using System.IO.Compression;
using System.Text;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Inbound;

/// <summary>Reports on our domain that Postfix delivers to the mailbox, and the program reads by IMAP.</summary>
public sealed class DomainReportTests
{
    private const string Publisher = "example.com";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task ReportsAreSummedUpAndUnreadableOnesStayInTheMailbox()
    {
        await using var dovecot = await DovecotServer.CreateAsync("bounces");
        await using var postfix = await PostfixAsync(dovecot);
        await using var app = CreateApp(dovecot);
        await using var program = await app.ServeAsync();

        await SendAsync(app, postfix, "hostile", "<!DOCTYPE f [<!ENTITY a 'a'>]><feedback>&a;</feedback>"u8.ToArray());
        await SendAsync(app, postfix, "first", DmarcReport());
        await SendAsync(app, postfix, "again", DmarcReport());

        await Until.FoundAsync("all messages are handled", Limit, async () =>
            (await app.JsonAsync("inbound", "status")).GetProperty("came").GetProperty("other").GetInt32() == 3
                ? app
                : null);
        await Until.TrueAsync("only the unreadable report is left", Limit, () => dovecot.Count("bounces") == 1);
        var totals = await app.JsonAsync("doctor", "reports", "--days", "7");
        Assert.Equal(42, totals.GetProperty("dmarc").GetProperty("messages").GetInt32());
        Assert.Equal(
            ["203.0.113.77 unknown 12", "192.0.2.10 known 0"],
            totals.GetProperty("sources").EnumerateArray().Select(source =>
                $"{source.GetProperty("source")} {source.GetProperty("status")} {source.GetProperty("failed")}"));
        Assert.Contains("DTD is prohibited", totals.GetProperty("set_aside")[0].GetProperty("problem").GetString(),
            StringComparison.Ordinal);
    }

    private static TestApp CreateApp(DovecotServer dovecot)
    {
        var app = new TestApp();
        dovecot.ConfigureMailbox(app, "Imap", "bounces");
        app.Settings["Mail__From"] = $"digest@{Publisher}";
        return app;
    }

    /// <summary>A server that delivers the mail for our domain to Dovecot.</summary>
    private static Task<PostfixServer> PostfixAsync(DovecotServer dovecot) => PostfixServer.CreateAsync(string.Create(
        CultureInfo.InvariantCulture, $$"""
            virtual_mailbox_domains = {{Publisher}}
            virtual_transport = lmtp:inet:127.0.0.1:{{dovecot.LmtpPort}}
            """));

    /// <summary>Sends a message as a receiver does that reports on our domain.</summary>
    private static async Task SendAsync(
        TestApp app, PostfixServer postfix, string id, ReadOnlyMemory<byte> document)
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(document, TestContext.Current.CancellationToken);
        }

        var file = Path.Combine(app.Folder, $"{id}.eml");
        await File.WriteAllTextAsync(file, $"""
            From: noreply-dmarc@receiver.example
            To: bounces@{Publisher}
            Subject: Report Domain: {Publisher} Submitter: receiver.example Report-ID: <{id}>
            Message-ID: <{id}@receiver.example>
            MIME-Version: 1.0
            Content-Type: application/gzip; name="receiver.example!{Publisher}!1!2.xml.gz"
            Content-Disposition: attachment; filename="receiver.example!{Publisher}!1!2.xml.gz"
            Content-Transfer-Encoding: base64

            {Convert.ToBase64String(compressed.ToArray(), Base64FormattingOptions.InsertLineBreaks)}

            """, TestContext.Current.CancellationToken);
        (await Child.RunAsync(
            Require.Program("swaks", "swaks"), "--server", "127.0.0.1",
            "--port", postfix.Port.ToString(CultureInfo.InvariantCulture),
            "--from", "noreply-dmarc@receiver.example", "--to", $"bounces@{Publisher}", "--data", $"@{file}"))
            .EnsureSuccess();
    }

    /// <summary>Thirty messages of our relay and twelve of a server that forges our domain, yesterday.</summary>
    private static byte[] DmarcReport()
    {
        var day = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(-1), TimeSpan.Zero).ToUnixTimeSeconds();
        return Encoding.UTF8.GetBytes($"""
            <?xml version="1.0" encoding="UTF-8" ?>
            <feedback>
              <report_metadata>
                <org_name>receiver.example</org_name>
                <report_id>4711</report_id>
                <date_range><begin>{day}</begin><end>{day + 86399}</end></date_range>
              </report_metadata>
              <policy_published><domain>{Publisher}</domain><p>none</p></policy_published>
              <record>
                <row><source_ip>192.0.2.10</source_ip><count>30</count>
                  <policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
                <identifiers><header_from>{Publisher}</header_from></identifiers>
                <auth_results>
                  <dkim><domain>{Publisher}</domain><selector>s1</selector><result>pass</result></dkim>
                </auth_results>
              </record>
              <record>
                <row><source_ip>203.0.113.77</source_ip><count>12</count>
                  <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
                <identifiers><header_from>{Publisher}</header_from></identifiers>
                <auth_results/>
              </record>
            </feedback>
            """);
    }
}
