using System.Text.Json;
using TrendingMail.SystemTests.Cluster;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests;

/// <summary>Doctor on a running installation, with its real neighbors.</summary>
public sealed class DoctorInstallationTests : IAsyncLifetime
{
    private readonly TestApp app = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task AnUnknownCheckIsWrongUsage()
    {
        var result = await app.RunAsync("doctor", "public-ulr");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no check 'public-ulr'", result.Errors, StringComparison.Ordinal);
        Assert.Contains("public-url", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidSettingsAreFindings()
    {
        app.Settings["Mail__Smtp__0__Port"] = "many";
        app.Settings["Site__Nmae"] = "Papers";

        var result = await app.RunAsync("doctor", "--json");

        Assert.Equal(1, result.ExitCode);
        var findings = JsonElement.Parse(result.Output).EnumerateArray().ToLookup(
            finding => finding.GetProperty("verdict").GetString());
        Assert.Equal(["settings", "settings"], findings["bad"].Select(GetCheck));
        Assert.Contains("disk", findings["unknown"].Select(GetCheck));
        Assert.Empty(Directory.EnumerateFileSystemEntries(app.Folder));
    }

    [Fact]
    public async Task AShortDkimKeyIsABadSettingAndTheOtherChecksAreMade()
    {
        var key = Path.Combine(app.Folder, "short.pem");
        (await Child.RunAsync(Require.Program("openssl", "openssl"), "genrsa", "-out", key, "512")).EnsureSuccess();
        app.Settings["Mail__Dkim__0__Domain"] = "papers.example.org";
        app.Settings["Mail__Dkim__0__Selector"] = "s1";
        app.Settings["Mail__Dkim__0__KeyFile"] = key;

        var result = await app.RunAsync("doctor", "settings", "sender");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"bad +settings: .*512 bits", result.Output);
        Assert.Matches(@"good +sender:", result.Output);
    }

    [Fact]
    public async Task OneClickAndOurLinksWorkAtTheRunningSiteAndNothingChanges()
    {
        (await app.RunAsync("subscribers", "add", "ada@example.org", "--confirmed")).EnsureSuccess();
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();

        var oneClick = Assert.Single(await FindAsync("digest-one-click", "--online"));
        var links = Assert.Single(await FindAsync("digest-links", "--online"));

        // Without TLS, which RFC 8058 requires, a test cannot go further.
        Assert.StartsWith("One-click unsubscribing works", oneClick.GetProperty("text").GetString(),
            StringComparison.Ordinal);
        Assert.DoesNotContain(links.GetProperty("evidence").EnumerateArray(), evidence =>
            evidence.GetString()!.StartsWith(app.Url.AbsoluteUri, StringComparison.Ordinal));
        var subscriber = await app.RunAsync("subscribers", "show", "ada@example.org");
        Assert.Contains("active", subscriber.EnsureSuccess().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpamAssassinScoresTheDigest()
    {
        Require.Program("spamassassin", "spamassassin");
        await DeliveryScenario.PublishAsync(app, 0);

        var finding = Assert.Single(await FindAsync("digest-spam"));

        Assert.Equal("good", finding.GetProperty("verdict").GetString());
        Assert.NotEmpty(finding.GetProperty("evidence").EnumerateArray());
    }

    [Fact]
    public async Task TheClockIsReadFromARealGreeting()
    {
        await using var postfix = await PostfixServer.CreateAsync(
            "smtpd_banner = $myhostname ESMTP; Mon, 23 Nov 2020 08:00:00 +0000");
        postfix.ConfigureSmtp(app);

        var finding = Assert.Single(await FindAsync("clock-smtp", "--online"));

        Assert.Equal("bad", finding.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task TheScheduleOfARunningProgramIsGood()
    {
        Assert.Equal("warn", GetVerdict(Assert.Single(await FindAsync("schedule"))));
        await using var program = await app.ServeAsync();

        Assert.All(await FindAsync("schedule"), finding => Assert.Equal("good", GetVerdict(finding)));
    }

    [Fact]
    public async Task APostgreSqlInstallationIsChecked()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var node = database.CreateNode();
        await using var program = await node.ServeAsync();
        await node.WaitForFirstEditionAsync();

        var findings = (await node.JsonAsync(
            "doctor", "clock", "database", "schema", "schedule", "sources", "keys", "bulk-senders"))
            .EnumerateArray().ToArray();

        Assert.All(findings.Where(finding => GetCheck(finding) is not ("bulk-senders" or "keys")), finding =>
            Assert.Equal("good", GetVerdict(finding)));
        Assert.Contains("every-minute", findings.Select(finding => finding.GetProperty("subject").GetString()));
    }

    private static string? GetCheck(JsonElement finding) => finding.GetProperty("check").GetString();

    private static string? GetVerdict(JsonElement finding) => finding.GetProperty("verdict").GetString();

    private async Task<JsonElement[]> FindAsync(params string[] arguments) =>
        [.. JsonElement.Parse((await app.RunAsync(["doctor", .. arguments, "--json"])).Output).EnumerateArray()];
}
