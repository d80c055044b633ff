using System.CommandLine;
using System.Globalization;
using TrendingMail.Links;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Worker.Commands;

/// <summary><c>keys create|rotate|list</c>: the keys that sign links in mail.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Manage the keys that sign links in mail")
    {
        CommandRun.VerbWithoutMigration("create", "Create the key ring if it does not exist", [], CreateAsync),
        CommandRun.VerbWithoutMigration(
            "rotate", "Sign with a new key from now on; existing links keep working", [], RotateAsync),
        CommandRun.VerbWithoutMigration("list", "List the keys, without their secrets", [], ListAsync),
    };

    private static async Task<int> CreateAsync(CommandRun run)
    {
        var store = await OpenStoreAsync(run);
        return store.Read().Count > 0
            ? throw new TrendingMailException(
                $"The key ring {store.Location} already exists; 'keys rotate' adds a key to it.")
            : await ListAsync(run);
    }

    private static async Task<int> RotateAsync(CommandRun run)
    {
        var key = (await OpenStoreAsync(run)).Add();
        run.Print(new { key.Id, key.CreatedAt },
            $"Key {key.Id} signs new links; a running program uses it within a minute. Existing links keep working. " +
            "Add the new key ring to your backup.");
        return CommandRun.Done;
    }

    private static async Task<int> ListAsync(CommandRun run)
    {
        var store = await OpenStoreAsync(run);
        var keys = run.Get<KeyRing>().All;
        run.Print(
            keys.Select(key => new { key.Id, key.CreatedAt, Signs = key == keys[^1] }),
            [
                .. ConsoleText.Table(["key", "created", "signs"], keys.Select(key => (string[])
                [
                    key.Id.ToString(CultureInfo.InvariantCulture),
                    key.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
                    key == keys[^1] ? "yes" : "no, verifies only",
                ])),
                $"The key ring is {store.Location}: anyone who has it, or a backup of it, " +
                    "can create links for every subscriber.",
            ]);
        return CommandRun.Done;
    }

    /// <summary>The key store; if it is in the database, the database is migrated first.</summary>
    private static async Task<KeyStore> OpenStoreAsync(CommandRun run)
    {
        var store = run.Get<KeyStore>();
        if (store is DatabaseKeyStore)
        {
            await run.Get<Migrator>().MigrateAsync(run.Stop);
        }

        return store;
    }
}
