using System.CommandLine;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Commands;

/// <summary><c>db migrate|check|copy</c>: the database itself.</summary>
internal static class DbCommand
{
    public static Command Create() => new("db", "Look after the database")
    {
        CommandRun.Bare("migrate", "Bring the schema up to date", [], MigrateAsync),
        CommandRun.Bare("check", "Look for damage and for a schema that does not fit", [], CheckAsync),
        DbCopy.Create(),
    };

    private static async Task<int> MigrateAsync(CommandRun run)
    {
        var migrator = run.Get<Migrator>();
        var applied = await migrator.MigrateAsync(run.Stop);
        run.Print(
            new { Schema = migrator.LatestVersion, Applied = applied.Select(m => m.Name) },
            [
                .. applied.Select(m => $"Applied {m.Version} {m.Name}."),
                $"{run.Get<Database>().Dialect.Location} has schema {migrator.LatestVersion}, which is up to date.",
            ]);
        return CommandRun.Done;
    }

    private static async Task<int> CheckAsync(CommandRun run)
    {
        var migrator = run.Get<Migrator>();
        var database = run.Get<Database>();
        var version = await migrator.CurrentVersionAsync(run.Stop);
        List<string> faults = [.. await database.CheckAsync(run.Stop)];
        if (version < migrator.LatestVersion)
        {
            faults.Add($"The schema is {version} and {migrator.LatestVersion} is needed: run 'db migrate'.");
        }
        else if (version > migrator.LatestVersion)
        {
            faults.Add($"The schema is {version} and this program knows {migrator.LatestVersion}: start the newer version.");
        }

        run.Print(
            new { database.Dialect.Location, Schema = version, Ok = faults.Count == 0, Faults = faults },
            faults.Count == 0 ? [$"{database.Dialect.Location} is in order, schema {version}."] : faults);
        return faults.Count == 0 ? CommandRun.Done : CommandRun.Failed;
    }
}
