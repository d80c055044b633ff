using System.Runtime.Versioning;

namespace TrendingMail.SystemTests;

/// <summary>Who may read the files that the program writes, under the usual umask of 022.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileModeTests
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task NobodyElseMayReadWhatTheProgramWrites()
    {
        await using var app = new TestApp();
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();
        await WriteOutboxAsync(app);
        (await app.RunAsync("subscribers", "export", "subscribers.csv")).EnsureSuccess();

        var entries = Directory.GetFileSystemEntries(app.Folder, "*", SearchOption.AllDirectories);

        Assert.Contains(entries, path => path.EndsWith(".db-wal", StringComparison.Ordinal));
        Assert.Contains(entries, path => path.EndsWith(".eml", StringComparison.Ordinal));
        Assert.Contains(entries, path => path.EndsWith("keys.json", StringComparison.Ordinal));
        Assert.DoesNotContain(entries, IsOpenToOthers);
    }

    [Fact]
    public async Task FilesOfAnEarlierVersionAreNarrowedAtStart()
    {
        await using var app = new TestApp();
        await using (var program = await app.ServeAsync())
        {
            await app.WaitForFirstEditionAsync();
            await WriteOutboxAsync(app);
            await program.SignalAsync("TERM");
            await program.WaitForExitAsync();
        }

        string[] entries = [.. Directory.GetFiles(Path.Combine(app.Folder, "data")), app.Outbox,
            .. Directory.GetFiles(app.Outbox)];
        foreach (var entry in entries)
        {
            File.SetUnixFileMode(entry, File.GetUnixFileMode(entry) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        await using var next = await app.ServeAsync();

        Assert.DoesNotContain(entries, IsOpenToOthers);
        Assert.Contains("Took access to ", next.Output, StringComparison.Ordinal);
    }

    private static bool IsOpenToOthers(string path) =>
        Path.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0;

    private static async Task WriteOutboxAsync(TestApp app)
    {
        await app.SubscribeAsync("ada@example.org");
        await Until.TrueAsync("a message is in the outbox", TimeSpan.FromMinutes(1),
            () => Directory.Exists(app.Outbox) && Directory.GetFiles(app.Outbox, "confirmation-*.eml").Length > 0);
    }
}
