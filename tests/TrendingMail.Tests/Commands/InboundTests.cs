using System.Text.Json;

namespace TrendingMail.Tests.Commands;

public sealed class InboundTests : CommandTests
{
    private static readonly string Mails = Path.Combine(Repository.Tests, "Inbound", "Mails");

    [Fact]
    public async Task EachMessageIsOneLineOfJson()
    {
        var output = await SucceedAsync(
            "inbound", "process", Path.Combine(Mails, "two-recipients.eml"), "--dry-run", "--json");

        using var json = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["file", "kind", "recipients"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("two-recipients.eml", "bounce"),
            (json.RootElement.GetProperty("file").GetString(), json.RootElement.GetProperty("kind").GetString()));
        var first = json.RootElement.GetProperty("recipients")[0];
        Assert.Equal(["address", "action", "status", "reason", "hard", "diagnostic"],
            first.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("ada.lund@shop.example", "failed", "5.1.1", "user_unknown", true), (
            first.GetProperty("address").GetString(), first.GetProperty("action")
                .GetString(), first.GetProperty("status").GetString(),
            first.GetProperty("reason").GetString(), first.GetProperty("hard").GetBoolean()));
    }

    [Fact]
    public async Task EveryMessageInAFolderIsClassified()
    {
        var output = await SucceedAsync("inbound", "process", Mails, "--dry-run");

        Assert.Contains("qmail.eml: bounce\n  ada.lund@shop.example failed: user_unknown, permanent, 5.1.1", output,
            StringComparison.Ordinal);
        Assert.Contains("person.eml: other", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ActionsTakenAppearInTheTrace()
    {
        await SucceedAsync("subscribers", "add", "ada.lund@shop.example", "--confirmed");
        var bounce = Path.Combine(Mails, "postfix-unknown.eml");

        var first = await SucceedAsync("inbound", "process", bounce);
        var second = await SucceedAsync("inbound", "process", bounce);
        var trace = await SucceedAsync("digest", "trace", "ada.lund@shop.example");

        Assert.Contains("a…@shop.example: scored", first, StringComparison.Ordinal);
        Assert.Contains("already processed; nothing was done", second, StringComparison.Ordinal);
        Assert.Contains("550 5.1.1", trace, StringComparison.Ordinal);
        Assert.Contains("inbound: scored", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceivedMessagesAreCountedAndTheirActionsCanBeUndone()
    {
        await SucceedAsync("subscribers", "add", "ada.lund@shop.example", "--confirmed");
        await SucceedAsync("inbound", "process", Path.Combine(Mails, "careless-code.eml"));
        await SucceedAsync("inbound", "process", Path.Combine(Mails, "postfix-unknown.eml"));
        await SucceedAsync("inbound", "process", Path.Combine(Mails, "away-german.eml"));
        await SucceedAsync("inbound", "process", Path.Combine(Mails, "person.eml"));

        using var status = JsonDocument.Parse(await SucceedAsync("inbound", "status", "--json"));
        int Number(string what, string name) => status.RootElement.GetProperty(what).GetProperty(name).GetInt32();
        Assert.Equal((2, 1, 1), (Number("came", "bounce"), Number("came", "auto_reply"), Number("came", "other")));
        Assert.Equal((2, 0, 0), (Number("led", "scored"), Number("led", "suppressed"), Number("led", "unsubscribed")));
        Assert.Contains("auto_reply   1", await SucceedAsync("inbound", "status"), StringComparison.Ordinal);

        Assert.Contains("Undone for ada.lund@shop.example: scored.",
            await SucceedAsync("inbound", "undo", "ada.lund@shop.example"), StringComparison.Ordinal);
        Assert.Contains("There is nothing to undo",
            await FailAsync("inbound", "undo", "ada.lund@shop.example"), StringComparison.Ordinal);
        var trace = await SucceedAsync("digest", "trace", "ada.lund@shop.example");
        Assert.Contains("inbound: undone", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UndoForAnUnknownSubscriberFails() => Assert.Contains("There is no subscriber", await FailAsync(
        "inbound", "undo", "nobody@shop.example"), StringComparison.Ordinal);

    [Fact]
    public async Task AMissingPathFailsInOneLine() =>
        Assert.Contains("There is no file or folder", await FailAsync("inbound", "process", "nowhere", "--dry-run"),
            StringComparison.Ordinal);
}
