using System.CommandLine;
using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

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

    private static async Task<int> CreateAsync(CommandRun run)
    {
        var store = await StoreAsync(run);
        return store.Read().Count > 0
            ? throw new TrendingMailException($"There is a key ring {store.Place} already; 'keys rotate' adds a key to it.")
            : await ListAsync(run);
    }

    private static async Task<int> RotateAsync(CommandRun run)
    {
        var key = (await StoreAsync(run)).Add();
        run.Print(new { key.Id, key.CreatedAt },
            $"Key {key.Id} signs from now on (in a program that runs, within a minute). Links of before still work. " +
            "Put the new ring into your backup.");
        return CommandRun.Done;
    }

    private static async Task<int> ListAsync(CommandRun run)
    {
        var store = await StoreAsync(run);
        var keys = run.Get<KeyRing>().All;
        run.Print(
            keys.Select(key => new { key.Id, key.CreatedAt, Signs = key == keys[^1] }),
            [
                .. Columns.Of(["key", "made", "signs"], keys.Select(key => (string[])
                [
                    key.Id.ToString(CultureInfo.InvariantCulture),
                    key.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
                    key == keys[^1] ? "yes" : "no, verifies",
                ])),
                $"The key ring is {store.Place}: who has it, or a backup of it, can make links for every reader.",
            ]);
        return CommandRun.Done;
    }

    /// <summary>Where the keys are; in a database, brought up to date first.</summary>
    private static async Task<KeyStore> StoreAsync(CommandRun run)
    {
        var store = run.Get<KeyStore>();
        if (store is KeyTable)
        {
            await run.Get<Migrator>().MigrateAsync(run.Stop);
        }

        return store;
    }
}
