namespace TrendingMail.Tests.Commands;

public sealed class SubscribersTests : CommandTests
{
    [Fact]
    public async Task AReaderIsAddedShownAndUnsubscribed()
    {
        Assert.Contains("is active", await DoneAsync("subscribers", "add", "ada@example.net", "--confirmed"), StringComparison.Ordinal);
        Assert.Contains("a confirmation mail is queued", await DoneAsync("subscribers", "add", "bo@example.net"), StringComparison.Ordinal);

        var shown = await JsonAsync("subscribers", "show", "ADA@example.net");
        Assert.Equal("active", shown.GetProperty("subscriber").GetProperty("state").GetString());
        Assert.Equal("added", shown.GetProperty("consent_history")[0].GetProperty("kind").GetString());
        Assert.Equal("unsubscribed",
            (await JsonAsync("subscribers", "unsubscribe", "ada@example.net")).GetProperty("state").GetString());
        var counts = await JsonAsync("subscribers", "count");
        Assert.Equal((1, 1, 0), (counts.GetProperty("pending").GetInt32(), counts.GetProperty("unsubscribed").GetInt32(),
            counts.GetProperty("active").GetInt32()));
        Assert.Contains("unsubscribed by command", await DoneAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOptOutIsNotUndoneByTheOperator()
    {
        await DoneAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await DoneAsync("subscribers", "unsubscribe", "ada@example.net");

        Assert.Contains("only the reader can undo that",
            await FailedAsync("subscribers", "add", "ada@example.net", "--confirmed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReaderWhoIsNotThereIsNamed() => Assert.Contains("There is no reader ada@example.net.",
        await FailedAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);

    [Fact]
    public async Task AListIsLookedAtTakenInWrittenAndErased()
    {
        Folder.Write("list.csv", "Mail;Follows\nada@example.net;speech\nnobody;\nbo@example.net;\n");
        string[] import = ["subscribers", "import", "list.csv", "--map", "Follows=topics", "--confirmed"];

        var dry = await RunAsync([.. import, "--dry-run"]);
        Assert.Contains("nothing was changed", dry.Output, StringComparison.Ordinal);
        Assert.StartsWith("line 3: An email address looks like", Assert.Single(dry.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Equal(0, (await JsonAsync("subscribers", "count")).GetProperty("active").GetInt32());

        var done = await JsonAsync([.. import, "--rejects", "rejects.csv"]);
        Assert.Equal((2, 1), (done.GetProperty("actions").GetProperty("add").GetInt32(), done.GetProperty("rejected").GetInt32()));
        Assert.StartsWith("line,address,reason\r\n3,,", await File.ReadAllTextAsync(Folder.File("rejects.csv"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        var shown = await DoneAsync("subscribers", "show", "ada@example.net");
        Assert.Contains("topic speech", shown, StringComparison.Ordinal);

        await DoneAsync("subscribers", "export", "all.jsonl");
        var exported = await File.ReadAllLinesAsync(Folder.File("all.jsonl"), TestContext.Current.CancellationToken);
        Assert.Equal(2, exported.Length);
        Assert.Equal(string.Join('\n', exported) + "\n", await DoneAsync("subscribers", "export", "--jsonl"));

        await DoneAsync("subscribers", "erase", "ada@example.net");
        var again = await RunAsync("subscribers", "import", "all.jsonl");
        Assert.Contains("not taken: erased", again.Output, StringComparison.Ordinal);
        Assert.Contains("line 1: a…@example.net: The reader of this address was erased", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfirmationsOfAnImportAreQueuedForTheRunningProgram()
    {
        Folder.Write("list.csv", "email\nada@example.net\n");

        Assert.Contains("1 reader of those added will be asked", await DoneAsync("subscribers", "import", "list.csv"), StringComparison.Ordinal);

        await DoneAsync("digest", "send");
        Assert.Single(Directory.GetFiles(Folder.File("outbox"), "*.eml", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AReaderIsPausedAndResumedAndLinksAreRevoked()
    {
        await DoneAsync("subscribers", "add", "ada@example.net", "--confirmed");

        Assert.Equal("paused", (await JsonAsync("subscribers", "pause", "ada@example.net", "--until", "2099-01-01")).GetProperty("state").GetString());
        Assert.Equal("active", (await JsonAsync("subscribers", "resume", "ada@example.net")).GetProperty("state").GetString());
        Assert.Contains("works any more", await DoneAsync("subscribers", "revoke-links", "ada@example.net"), StringComparison.Ordinal);
        await DoneAsync("subscribers", "unsubscribe", "ada@example.net");
        Assert.Contains("only who is subscribed", await FailedAsync("subscribers", "pause", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressIsSuppressedListedAndFreed()
    {
        Assert.Contains("No address is suppressed", await DoneAsync("suppressions", "list"), StringComparison.Ordinal);
        await DoneAsync("suppressions", "add", "ada@example.net", "--detail", "asked by phone");

        var listed = (await JsonAsync("suppressions", "list", "--reason", "operator")).GetProperty("suppressions")[0];
        Assert.Equal(("ada@example.net", "asked by phone"), (listed.GetProperty("address").GetString(), listed.GetProperty("detail").GetString()));
        await DoneAsync("suppressions", "remove", "ada@example.net");
        Assert.Contains("is not suppressed", await FailedAsync("suppressions", "remove", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeysAreMadeListedAndRotatedWithoutShowingASecret()
    {
        await DoneAsync("keys", "create");
        Assert.Contains("'keys rotate'", await FailedAsync("keys", "create"), StringComparison.Ordinal);
        await DoneAsync("keys", "rotate");

        var keys = await JsonAsync("keys", "list");
        Assert.Equal([false, true], keys.EnumerateArray().Select(key => key.GetProperty("signs").GetBoolean()));
        Assert.DoesNotContain("secret", keys.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"is {Folder.File("data/keys.json")}: who", await DoneAsync("keys", "list"), StringComparison.Ordinal);
    }
}
