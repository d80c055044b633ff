using System.Globalization;
using System.Text;
using System.Text.Json;
using MimeKit;

namespace TrendingMail.Tests.Commands;

public sealed class DigestTests : CommandTests
{
    [Fact]
    public async Task WithoutAnEditionThereIsNothingToPreviewAndNothingToSend()
    {
        Assert.Contains("There is no edition yet.", await FailAsync("digest", "preview"), StringComparison.Ordinal);
        Assert.Contains("0 digests queued", await SucceedAsync("digest", "send"), StringComparison.Ordinal);
        Assert.Contains(
            "No digest has been queued yet.", await SucceedAsync("digest", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADigestIsPreviewedInEachFormat()
    {
        await PublishAsync();

        Assert.StartsWith(
            "<!doctype html>", (await SucceedAsync("digest", "preview")).TrimStart(), StringComparison.Ordinal);
        Assert.Contains(
            "Paper 2611.00001", await SucceedAsync("digest", "preview", "--format", "text"), StringComparison.Ordinal);
        using var eml = new MemoryStream(
            Encoding.UTF8.GetBytes(await SucceedAsync("digest", "preview", "--format", "eml")));
        using var message = await MimeMessage.LoadAsync(eml, TestContext.Current.CancellationToken);
        Assert.Contains("Paper 2611.00001", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("There is no subscriber ada@example.net.",
            await FailAsync("digest", "preview", "--as", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DigestsAreCountedSentOnceAndTracked()
    {
        await PublishAsync();
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");

        var dry = await JsonAsync("digest", "send", "--dry-run");
        Assert.Equal(1, dry.GetProperty("would_queue").GetInt32());
        var sent = await JsonAsync("digest", "send");
        Assert.Equal((1, 2), (sent.GetProperty("queued").GetInt32(), sent.GetProperty("handled").GetInt32()));
        var again = await JsonAsync("digest", "send", "--date", Today);
        Assert.Equal((0, 0), (again.GetProperty("queued").GetInt32(), again.GetProperty("handled").GetInt32()));

        var status = await JsonAsync("digest", "status");
        Assert.Equal((Today, 1),
            (status[0].GetProperty("day").GetString(), status[0].GetProperty("counts").GetProperty("sent").GetInt32()));
        Assert.Single(Directory.EnumerateFiles(Folder.File("outbox"), $"daily-{Today}.*.eml"));
        Assert.Contains(
            "ada@example.net, daily at",
            await SucceedAsync("digest", "preview", "--as", "ada@example.net", "--format", "text"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOlderEditionIsSentOnlyOnRequest()
    {
        await PublishAsync();
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await SucceedAsync("digest", "send");
        var old = DateTime.UtcNow.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await SucceedAsync("papers", "import", WritePapers($"{old}.json", "2611.00002"));

        Assert.Contains("1 digest would be sent. Add --yes to send.",
            await FailAsync("digest", "send", "--date", old), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Folder.File("outbox"), $"daily-{old}.*.eml"));
        Assert.Equal(
            1, (await JsonAsync("digest", "send", "--date", old, "--yes")).GetProperty("queued").GetInt32());
    }

    [Fact]
    public async Task TheTraceSaysWhenTheNextDigestComesAndWhyNot()
    {
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");

        Assert.Contains("there is no edition yet",
            await SucceedAsync("digest", "trace", "ada@example.net"), StringComparison.Ordinal);
        await PublishAsync();
        await SucceedAsync("digest", "send");
        Assert.Contains($"the newest edition, of {Today}, has already been queued",
            await SucceedAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APreviewEqualsTheSentMessageExceptForIdAndDate()
    {
        await PublishAsync();
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await SucceedAsync("digest", "send");

        var sent = await File.ReadAllLinesAsync(
            Directory.EnumerateFiles(Folder.File("outbox"), $"daily-{Today}.*.eml").Single(),
            TestContext.Current.CancellationToken);
        var preview = await SucceedAsync("digest", "preview", "--as", "ada@example.net", "--format", "eml");

        Assert.Equal(sent.Where(IsSame), preview.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Where(IsSame));
        static bool IsSame(string line) =>
            !line.StartsWith("Message-Id: ", StringComparison.OrdinalIgnoreCase) &&
            !line.StartsWith("Date: ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATestMessageIsMarkedSentLikeADigestAndNotCounted()
    {
        await PublishAsync();

        var sent = await JsonAsync("send-test", "ada@example.net");

        var file = Assert.Single(Directory.EnumerateFiles(Folder.File("outbox"), "*.eml"));
        using var message = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(sent.GetProperty("message_id").GetString(), message.MessageId);
        Assert.StartsWith("[Test] ", message.Subject, StringComparison.Ordinal);
        Assert.Equal("yes", message.Headers["X-TrendingMail-Test"]);
        Assert.Equal("List-Unsubscribe=One-Click", message.Headers["List-Unsubscribe-Post"]);
        Assert.Contains("Paper 2611.00001", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains(
            "No digest has been queued yet.", await SucceedAsync("digest", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATestMessageThatCannotBeSentFailsTheCommand()
    {
        await PublishAsync();
        Folder.Write("outbox", "a file where a folder is expected");

        Assert.Contains("The test message was not sent through outbox", await FailAsync("send-test", "ada@example.net"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatusShowsTheDayAndTheCapOfAWarmUp()
    {
        var started = DateTime.UtcNow.AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (string, string)[] settings =
        [
            ("Mail:Transport", "Smtp"), ("Mail:From", "news@papers.example.org"), ("Mail:Smtp:0:Host", "mx1"),
            ("Mail:Smtp:0:WarmUp:FirstDay", started), ("Mail:Smtp:0:WarmUp:Start", "100"),
        ];

        var text = await RunAsync(settings, "digest", "status");
        var json = await RunAsync(settings, "digest", "status", "--json");

        Assert.Contains("mx1:25 is on day 3 of 30 of its warm-up", text.Output, StringComparison.Ordinal);
        Assert.Contains("0 of 225 messages sent (0 digests, 0 notices), 0 postponed, 0 expired.", text.Output,
            StringComparison.Ordinal);
        using var status = JsonDocument.Parse(json.Output);
        var warmUp = Assert.Single(status.RootElement.EnumerateArray());
        Assert.Equal(("warm_up", "mx1:25", 3, 225, 0), (
            warmUp.GetProperty("kind").GetString(), warmUp.GetProperty("server").GetString(),
            warmUp.GetProperty("number").GetInt32(), warmUp.GetProperty("cap").GetInt32(),
            warmUp.GetProperty("used").GetInt32()));
    }

    [Fact]
    public async Task StatusIsReportedByDomainAndWatchedUntilDone()
    {
        await PublishAsync();
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await SucceedAsync("digest", "send");

        var status = await JsonAsync("digest", "status", "--domains");

        var domain = Assert.Single(status.GetProperty("domains").EnumerateArray());
        Assert.Equal(
            ("example.net", 1), (domain.GetProperty("domain").GetString(), domain.GetProperty("sent").GetInt32()));
        Assert.Equal("0 sent, 0 a second, 0 deferred, 0 failed, 0 to go",
            (await SucceedAsync("digest", "status", "--watch")).Trim());
    }

    [Fact]
    public async Task SendingToOneSubscriberRequiresAnActiveOne()
    {
        await PublishAsync();
        await SucceedAsync("subscribers", "add", "bo@example.net");

        Assert.Contains("bo@example.net is not an active subscriber.",
            await FailAsync("digest", "send", "--only", "bo@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MailThatCannotBeSentFailsTheCommandAndStaysQueued()
    {
        await PublishAsync();
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        Folder.Write("outbox", "a file where a folder is expected");

        var result = await RunAsync("digest", "send");

        Assert.Equal(Failed, result.ExitCode);
        Assert.Contains("Not all mail was sent: cannot write to the outbox", result.Error, StringComparison.Ordinal);
        var status = await JsonAsync("digest", "status");
        Assert.Equal(0, status[0].GetProperty("counts").GetProperty("failed").GetInt32());
    }

    private async Task PublishAsync()
    {
        await SucceedAsync("papers", "import", WritePapers($"{Today}.json", "2611.00001"));
        await SucceedAsync("edition", "publish", "--date", Today);
    }
}
