using System.Text.Json;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Diagnostics;

/// <summary>The command with a real name server and a real mail server.</summary>
public sealed class DoctorTests
{
    private const string Domain = "papers.example.org";

    /// <summary>The address of mail.example.org, which is what Postfix calls itself.</summary>
    private const string Address = "192.0.2.25";

    private static readonly string[] Checks = ["dns-spf", "dns-dkim", "dns-dmarc", "dns-mx", "dns-ptr", "smtp"];

    [Fact]
    public async Task AnInstallationWithAllRecordsIsGood()
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var app = new TestApp();
        postfix.ConfigureSmtp(app);
        app.Settings["Mail__BounceAddress"] = $"bounces@{Domain}";
        await using var dns = await DnsServer.StartAsync(
            [.. GoodRecords, await CreateKeyAsync(app)]);
        app.Settings["Deliverability__Resolver"] = dns.Resolver;

        var result = await app.RunAsync(["doctor", "--online", "--json", .. Checks]);

        var findings = ParseFindings(result);
        Assert.All(findings, finding => Assert.Equal("good", Text(finding, "verdict")));
        Assert.Equal(Checks.Order(), findings.Select(finding => Text(finding, "check")).Distinct().Order());
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(postfix.ReceivedMessages());
    }

    [Fact]
    public async Task AMissingRecordIsPrintedAndTheExitCodeSaysSo()
    {
        await using var app = new TestApp();
        await using var dns = await DnsServer.StartAsync(
            GoodRecords.Where(record => !record.Contains("v=spf1", StringComparison.Ordinal)));
        app.Settings["Deliverability__Resolver"] = dns.Resolver;
        app.Settings["Deliverability__SendingAddresses__0"] = Address;

        var result = await app.RunAsync("doctor", "--online", "dns-spf", "dns-mx");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{Domain}. IN TXT \"v=spf1 ip4:{Address} ~all\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 good, 1 bad", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheNetworkNothingIsLookedUp()
    {
        await using var app = new TestApp();
        app.Settings["Deliverability__Resolver"] = $"127.0.0.1:{TestApp.FreePort()}";

        var result = await app.RunAsync(["doctor", "--json", .. Checks]);

        Assert.All(ParseFindings(result), finding => Assert.Equal(
            ("unknown", "Run with --online."), (Text(finding, "verdict"), Text(finding, "remedy"))));
        Assert.Equal(0, result.ExitCode);
    }

    private static IEnumerable<string> GoodRecords =>
    [
        $"{Domain}. IN MX 10 mail.example.org.",
        $"mail.example.org. IN A {Address}",
        $"{Domain}. IN TXT \"v=spf1 ip4:{Address} -all\"",
        $"_dmarc.{Domain}. IN TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc-reports@{Domain}\"",
        "25.2.0.192.in-addr.arpa. IN PTR mail.example.org.",
    ];

    /// <summary>Creates a key as an operator does, and returns the record to publish.</summary>
    private static async Task<string> CreateKeyAsync(TestApp app)
    {
        var key = await app.JsonAsync("dkim", "create", "s1");
        app.Settings["Mail__Dkim__0__Domain"] = Text(key, "domain");
        app.Settings["Mail__Dkim__0__Selector"] = Text(key, "selector");
        app.Settings["Mail__Dkim__0__KeyFile"] = Text(key, "key_file");
        return Text(key, "zone_line");
    }

    private static IReadOnlyList<JsonElement> ParseFindings(ProcessResult result) =>
        [.. JsonElement.Parse(result.Output).EnumerateArray()];

    private static string Text(JsonElement element, string property) =>
        element.GetProperty(property).GetString() ?? "";
}
