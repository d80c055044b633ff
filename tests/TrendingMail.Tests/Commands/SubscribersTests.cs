using System.Globalization;
namespace TrendingMail.Tests.Commands;

public sealed class SubscribersTests : CommandTests
{
    [Fact]
    public async Task ASubscriberIsAddedShownAndUnsubscribed()
    {
        Assert.Contains("is active", await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed"),
            StringComparison.Ordinal);
        Assert.Contains("a confirmation mail is queued", await SucceedAsync("subscribers", "add", "bo@example.net"),
            StringComparison.Ordinal);

        var shown = await JsonAsync("subscribers", "show", "ADA@example.net");
        Assert.Equal("active", shown.GetProperty("subscriber").GetProperty("state").GetString());
        Assert.Equal("added", shown.GetProperty("consent_history")[0].GetProperty("kind").GetString());
        Assert.Equal("unsubscribed",
            (await JsonAsync("subscribers", "unsubscribe", "ada@example.net")).GetProperty("state").GetString());
        var counts = await JsonAsync("subscribers", "count");
        Assert.Equal(
            (1, 1, 0), (counts.GetProperty("pending").GetInt32(), counts.GetProperty("unsubscribed").GetInt32(),
            counts.GetProperty("active").GetInt32()));
        Assert.Contains("unsubscribed by command", await SucceedAsync("subscribers", "show", "ada@example.net"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOperatorCannotUndoAnOptOut()
    {
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");
        await SucceedAsync("subscribers", "unsubscribe", "ada@example.net");

        Assert.Contains("Only the subscriber can undo that",
            await FailAsync("subscribers", "add", "ada@example.net", "--confirmed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownSubscriberIsNamed() => Assert.Contains("There is no subscriber ada@example.net.",
        await FailAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);

    [Fact]
    public async Task AListIsCheckedImportedExportedAndErased()
    {
        Folder.Write("list.csv", "Mail;Follows\nada@example.net;speech\nnobody;\nbo@example.net;\n");
        string[] import = ["subscribers", "import", "list.csv", "--map", "Follows=topics", "--confirmed"];

        var dry = await RunAsync([.. import, "--dry-run"]);
        Assert.Contains("nothing was changed", dry.Output, StringComparison.Ordinal);
        Assert.StartsWith("line 3: An email address looks like",
            Assert.Single(dry.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Equal(0, (await JsonAsync("subscribers", "count")).GetProperty("active").GetInt32());

        var done = await JsonAsync([.. import, "--rejects", "rejects.csv"]);
        Assert.Equal((2, 1),
            (done.GetProperty("actions").GetProperty("add").GetInt32(), done.GetProperty("rejected").GetInt32()));
        Assert.StartsWith("line,address,reason\r\n3,,",
            await File.ReadAllTextAsync(Folder.File("rejects.csv"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        var shown = await SucceedAsync("subscribers", "show", "ada@example.net");
        Assert.Contains("topic speech", shown, StringComparison.Ordinal);

        await SucceedAsync("subscribers", "export", "all.jsonl");
        var exported = await File.ReadAllLinesAsync(Folder.File("all.jsonl"), TestContext.Current.CancellationToken);
        Assert.Equal(2, exported.Length);
        Assert.Equal(string.Join('\n', exported) + "\n", await SucceedAsync("subscribers", "export", "--jsonl"));

        await SucceedAsync("subscribers", "erase", "ada@example.net");
        var again = await RunAsync("subscribers", "import", "all.jsonl");
        Assert.Contains("skipped: erased", again.Output, StringComparison.Ordinal);
        Assert.Contains("line 1: a…@example.net: This subscriber was erased", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnImportStopsBeforeItLosesAStatus()
    {
        Folder.Write("list.csv", "email,Status,name\nada@example.net,Unsubscribed,Ada\nbo@example.net,Active,Bo\n");

        Assert.Contains("--map \"Status=state\"", await FailAsync("subscribers", "import", "list.csv", "--confirmed"),
            StringComparison.Ordinal);
        var done = await SucceedAsync("subscribers", "import", "list.csv", "--confirmed", "--map", "Status=state");
        Assert.Contains("Columns not used: name", done, StringComparison.Ordinal);
        Assert.Equal((1, 1), ((await JsonAsync("subscribers", "count")).GetProperty("active").GetInt32(),
            (await JsonAsync("subscribers", "count")).GetProperty("unsubscribed").GetInt32()));
        Folder.Write("other.csv", "email,Status\ncy@example.net,Gold\n");
        var ignored = await JsonAsync("subscribers", "import", "other.csv", "--dry-run", "--ignore-column", "Status");
        Assert.Equal("Status", ignored.GetProperty("unused_columns")[0].GetString());
    }

    [Fact]
    public async Task AListInAnotherEncodingIsReadOnceItIsNamed()
    {
        await File.WriteAllBytesAsync(
            Folder.File("list.csv"), [.. "email,authors\nada@example.net,J"u8, 0xFC, .. "rgen\n"u8],
            TestContext.Current.CancellationToken);

        Assert.Contains("--encoding windows-1252", await FailAsync("subscribers", "import", "list.csv", "--confirmed"),
            StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("subscribers", "import", "list.csv", "--encoding", "latin-nine")).ExitCode);
        await SucceedAsync("subscribers", "import", "list.csv", "--confirmed", "--encoding", "windows-1252");
        Assert.Contains(
            "author Jürgen", await SucceedAsync("subscribers", "show", "ada@example.net"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnImportThatTakesNothingOrOnlyAPartFails()
    {
        Folder.Write("invalid.csv", "email\nnobody\nnowhere\n");
        Folder.Write("damaged.csv", "email,name\nada@example.net,Ada\nbo@example.net,\"Bo\n");
        Folder.Write("partial.csv", "email,papers,suppression\nada@example.net,99,\nbo@example.net,3,complaint\n");

        Assert.Equal(1, (await RunAsync("subscribers", "import", "invalid.csv")).ExitCode);
        var damaged = await RunAsync("subscribers", "import", "damaged.csv");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("Line 3 opens a quote", damaged.Error, StringComparison.Ordinal);
        Assert.Contains("1  added", damaged.Output, StringComparison.Ordinal);
        var dry = await RunAsync("subscribers", "import", "partial.csv", "--dry-run");
        Assert.Contains(
            "line 2: a…@example.net: Imported, except: papers is '99'", dry.Error, StringComparison.Ordinal);
        Assert.Contains("1  newly suppressed", dry.Output, StringComparison.Ordinal);
        Assert.Contains("is a folder", await FailAsync("subscribers", "import", "."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfirmationsForAnImportAreQueuedForTheRunningProgram()
    {
        Folder.Write("list.csv", "email\nada@example.net\n");

        Assert.Contains("1 subscriber will be asked", await SucceedAsync("subscribers", "import", "list.csv"),
            StringComparison.Ordinal);

        await SucceedAsync("digest", "send");
        Assert.Single(Directory.GetFiles(Folder.File("outbox"), "*.eml", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ASubscriberIsPausedAndResumedAndLinksAreRevoked()
    {
        await SucceedAsync("subscribers", "add", "ada@example.net", "--confirmed");

        var nextMonth = DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(
            "paused", (await JsonAsync("subscribers", "pause", "ada@example.net", "--until", nextMonth)).GetProperty(
                "state").GetString());
        Assert.Equal(
            "active", (await JsonAsync("subscribers", "resume", "ada@example.net")).GetProperty("state").GetString());
        Assert.Contains("no longer work", await SucceedAsync("subscribers", "revoke-links", "ada@example.net"),
            StringComparison.Ordinal);
        Assert.Contains("reminded by command", await SucceedAsync("subscribers", "show", "ada@example.net"),
            StringComparison.Ordinal);
        await SucceedAsync("subscribers", "unsubscribe", "ada@example.net");
        Assert.Contains("only current subscribers", await FailAsync("subscribers", "pause", "ada@example.net"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressIsSuppressedListedAndUnsuppressed()
    {
        Assert.Contains(
            "No address is suppressed", await SucceedAsync("suppressions", "list"), StringComparison.Ordinal);
        await SucceedAsync("suppressions", "add", "ada@example.net", "--detail", "asked by phone");

        var listed = (await JsonAsync("suppressions", "list", "--reason", "operator")).GetProperty("suppressions")[0];
        Assert.Equal(("ada@example.net", "asked by phone"),
            (listed.GetProperty("address").GetString(), listed.GetProperty("detail").GetString()));
        await SucceedAsync("suppressions", "remove", "ada@example.net");
        Assert.Contains("is not suppressed", await FailAsync("suppressions", "remove", "ada@example.net"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeysAreCreatedListedAndRotatedWithoutShowingASecret()
    {
        await SucceedAsync("keys", "create");
        Assert.Contains("'keys rotate'", await FailAsync("keys", "create"), StringComparison.Ordinal);
        await SucceedAsync("keys", "rotate");

        var keys = await JsonAsync("keys", "list");
        Assert.Equal([false, true], keys.EnumerateArray().Select(key => key.GetProperty("signs").GetBoolean()));
        Assert.DoesNotContain("secret", keys.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"is {Folder.File("data/keys.json")}: anyone", await SucceedAsync("keys", "list"),
            StringComparison.Ordinal);
    }
}
