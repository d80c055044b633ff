using System.CommandLine;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;

namespace TrendingMail.Worker.Commands.Storage;

/// <summary><c>db migrate|check|copy|backup|restore</c>: maintains the database.</summary>
internal static class DbCommand
{
    public static Command Create() => new("db", "Maintain the database")
    {
        CommandRun.VerbWithoutMigration("migrate", "Migrate the schema to the latest version", [], MigrateAsync),
        CommandRun.VerbWithoutMigration("check", "Check integrity and schema version", [], CheckAsync),
        DbCopy.Create(),
        DbBackup.Create(),
        DbRestore.Create(),
    };

    private static async Task<int> MigrateAsync(CommandRun run)
    {
        var migrator = run.Get<Migrator>();
        var applied = await migrator.MigrateAsync(run.Stop);
        run.Print(
            new { Schema = migrator.LatestVersion, Applied = applied.Select(m => m.Name) },
            [
                .. applied.Select(m => $"Applied {m.Version} {m.Name}."),
                $"{run.Get<Database>().Dialect.Location} is up to date (schema {migrator.LatestVersion}).",
            ]);
        return CommandRun.Done;
    }

    private static async Task<int> CheckAsync(CommandRun run)
    {
        var migrator = run.Get<Migrator>();
        var database = run.Get<Database>();
        var version = await migrator.CurrentVersionAsync(run.Stop);
        List<string> problems = [.. await database.CheckAsync(run.Stop)];
        if (version < migrator.LatestVersion)
        {
            problems.Add($"Schema version is {version}, but {migrator.LatestVersion} is required: run 'db migrate'.");
        }
        else if (version > migrator.LatestVersion)
        {
            problems.Add($"Schema version is {version}, but this program supports only {migrator.LatestVersion}: " +
                "upgrade the program.");
        }

        run.Print(
            new { database.Dialect.Location, Schema = version, Ok = problems.Count == 0, Faults = problems },
            problems.Count == 0 ? [$"{database.Dialect.Location} is healthy (schema {version})."] : problems);
        return problems.Count == 0 ? CommandRun.Done : CommandRun.Failed;
    }
}
