using System.Net;
using System.Text.Json;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Backup;

/// <summary>Restores a backup that was made amid a send to 5,000 subscribers, after the machine was lost.</summary>
public sealed class RestoreTests
{
    private static readonly TimeSpan ServerDelay = TimeSpan.FromMilliseconds(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithTheRelaysLogNobodyGetsADigestTwiceOrMissesOne(bool usesServer)
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var scenario = await LossScenario.CreateAsync(usesServer, postfix.ConfigureSmtp, postfix.Count);
        await using var program = await scenario.Restored.ServeAsync();

        (await scenario.Restored.RunAsync("digest", "release", "--sent", postfix.Log)).EnsureSuccess();
        await scenario.WaitUntilAllSentAsync();
        await Until.TrueAsync("all messages have arrived", TimeSpan.FromMinutes(2),
            () => postfix.Count() >= LossScenario.Subscribers);

        var recipients = postfix.ListRecipients();
        Assert.Equal(LossScenario.Subscribers, recipients.Count);
        Assert.Distinct(recipients);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithoutALogTheReportNamesEverybodyWhoMayGetADigestTwice(bool usesServer)
    {
        await using var server = new CountingSmtpServer(ServerDelay);
        await using var scenario = await LossScenario.CreateAsync(
            usesServer, app => DeliveryScenario.ConfigureSmtp(server, app, connections: 4),
            () => server.Accepted.Count);
        await using var program = await scenario.Restored.ServeAsync();
        await AssertOnHoldAsync(scenario.Restored, program, server);

        var report = await scenario.Restored.RunAsync("digest", "release", "--json");
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("--without-log", report.Errors, StringComparison.Ordinal);
        (await scenario.Restored.RunAsync("digest", "release", "--without-log")).EnsureSuccess();
        await scenario.WaitUntilAllSentAsync();

        var named = JsonElement.Parse(report.Output).GetProperty("may_have_been_sent").EnumerateArray()
            .Select(delivery => delivery.GetProperty("address").GetString()!).ToHashSet();
        var digests = server.Accepted.Where(mail => mail.MessageId.Contains("daily-", StringComparison.Ordinal))
            .GroupBy(mail => mail.Recipient).ToArray();
        Assert.Equal(LossScenario.Subscribers, digests.Length);
        Assert.All(digests, digest => Assert.InRange(digest.Count(), 1, 2));
        Assert.Contains(digests, digest => digest.Count() == 2);
        Assert.Subset(named, digests.Where(digest => digest.Count() == 2).Select(digest => digest.Key).ToHashSet());
    }

    /// <summary>The copy serves pages, says that it is on hold, and sends no digest, notice or test.</summary>
    private static async Task AssertOnHoldAsync(TestApp app, Child program, CountingSmtpServer server)
    {
        var before = server.Accepted.Count;
        await Until.TrueAsync("the start says so", TimeSpan.FromSeconds(30),
            () => program.Output.Contains("On hold", StringComparison.Ordinal));
        await app.SubscribeAsync("new@example.net");
        using var page = await app.Http.GetAsync(new Uri("/", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var ready = JsonElement.Parse(
            await app.Http.GetStringAsync(new Uri(app.ManagementUrl, "/healthz/ready"), Stop));
        Assert.Contains("digest release", ready.GetProperty("hold").GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        foreach (var verb in (string[][])
            [["digest", "send", "--date", DeliveryScenario.Today], ["send-test", "ada@example.org"]])
        {
            var result = await app.RunAsync(verb);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("on hold", result.Errors, StringComparison.Ordinal);
        }

        Assert.Contains("on hold", (await app.RunAsync("digest", "status")).Output, StringComparison.Ordinal);
        Assert.Equal(before, server.Accepted.Count);
    }
}
