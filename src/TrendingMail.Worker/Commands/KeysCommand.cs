using System.CommandLine;
using System.Globalization;
using TrendingMail.Subscribers;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Commands;

/// <summary><c>keys create|rotate|list</c>: the keys that sign readers' links.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Look after the keys that sign readers' links")
    {
        CommandRun.Bare("create", "Make the key ring, where there is none", [], CreateAsync),
        CommandRun.Bare("rotate", "Sign with a new key from now on; links of before still work", [], RotateAsync),
        CommandRun.Bare("list", "Show the keys, without their secrets", [], ListAsync),
    };

    private static Task<int> CreateAsync(CommandRun run)
    {
        var path = PathOf(run);
        return File.Exists(path)
            ? throw new TrendingMailException($"There is a key ring at {path} already; 'keys rotate' adds a key to it.")
            : ListAsync(run);
    }

    private static Task<int> RotateAsync(CommandRun run)
    {
        var key = KeyRing.Rotate(PathOf(run), run.Get<TimeProvider>());
        run.Print(new { key.Id, key.CreatedAt },
            $"Key {key.Id} signs from now on (in a program that runs, within a minute). Links of before still work. " +
            "Put the new ring into your backup.");
        return Task.FromResult(CommandRun.Done);
    }

    private static Task<int> ListAsync(CommandRun run)
    {
        var keys = run.Get<KeyRing>().All;
        run.Print(
            keys.Select(key => new { key.Id, key.CreatedAt, Signs = key == keys[^1] }),
            Columns.Of(["key", "made", "signs"], keys.Select(key => (string[])
            [
                key.Id.ToString(CultureInfo.InvariantCulture),
                key.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
                key == keys[^1] ? "yes" : "no, verifies",
            ])));
        return Task.FromResult(CommandRun.Done);
    }

    private static string PathOf(CommandRun run) => run.Get<Settings>().Security.KeyRing;
}
