using System.CommandLine;
using TrendingMail.Links;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Storage;
using TrendingMail.Storage.Copying;
using TrendingMail.Storage.Migrations;
using TrendingMail.Storage.PostgreSql;
using TrendingMail.Storage.Sqlite;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Worker.Commands.Storage;

/// <summary><c>db copy</c>: copies an installation from SQLite to PostgreSQL.</summary>
internal static class DbCopy
{
    private static readonly Option<DatabaseProvider> From =
        CommonOptions.Choice<DatabaseProvider>("--from", "Engine to copy from: Sqlite");

    private static readonly Option<DatabaseProvider> To =
        CommonOptions.Choice<DatabaseProvider>("--to", "Engine to copy to, as configured: PostgreSql");

    private static readonly Option<string> Source = new("--source")
    {
        Description = "Connection string of the old database",
        DefaultValueFactory = _ => new DatabaseOptions().ConnectionString,
    };

    private static readonly Option<string> KeyRingOption = new("--key-ring")
    {
        Description = "Key ring file of the old installation",
        DefaultValueFactory = _ => SecurityOptions.DefaultKeyFile,
    };

    public static Command Create()
    {
        From.Required = To.Required = true;
        return CommandRun.VerbWithoutMigration(
            "copy", "Copy all data to the configured database and verify the copy",
            [From, To, Source, KeyRingOption], CopyAsync);
    }

    private static async Task<int> CopyAsync(CommandRun run)
    {
        var target = run.Get<Database>();
        if (run.Value(From) != DatabaseProvider.Sqlite || run.Value(To) != DatabaseProvider.PostgreSql)
        {
            throw new TrendingMailException("Only --from Sqlite --to PostgreSql is supported.");
        }

        if (target.Dialect is not PostgreSqlDialect)
        {
            throw new TrendingMailException(
                "The configured database is SQLite: set Database:Provider to PostgreSql and " +
                "Database:ConnectionString.");
        }

        await run.Get<Migrator>().MigrateAsync(run.Stop);
        using var source = new Database(new SqliteDialect(run.Value(Source)!, ApplicationPaths.WorkingDirectory));
        if (!File.Exists(source.Dialect.Location))
        {
            throw new TrendingMailException(
                $"There is no database {source.Dialect.Location}; name the old one with --source 'Data Source=...'.");
        }

        var migrator = new Migrator(source, run.Get<TimeProvider>());
        if (await migrator.CurrentVersionAsync(run.Stop) != migrator.LatestVersion)
        {
            throw new TrendingMailException(
                $"{source.Dialect.Location} does not have the current schema version: run 'db migrate' on it first.");
        }

        var keys = await CopyKeysAsync(run);
        ProgressBar? bar = null;
        var tables = await new DatabaseCopy(source, target).RunAsync(run.ShowsProgress
            ? new SynchronousProgress<CopyProgress>(
                progress => (bar ??= new ProgressBar(progress.Total, "row")).Show(progress.Rows, progress.Rows))
            : null, run.Stop);
        bar?.Dispose();
        run.Print(
            new { From = source.Dialect.Location, To = target.Dialect.Location, Tables = tables, Keys = keys },
            [
                .. ConsoleText.Table(["table", "rows", "sha-256 of both"], [.. tables.Select(table =>
                    (IReadOnlyList<string>)[table.Name, $"{table.Rows}", table.Sha256])]),
                keys,
                $"All data was copied to {target.Dialect.Location} and verified. " +
                    $"{source.Dialect.Location} was not changed.",
            ]);
        return CommandRun.Done;
    }

    /// <summary>
    /// Copies the key ring and returns a line about it. Runs before the data is copied: without the keys, every link
    /// already mailed would stop working.
    /// </summary>
    private static async Task<string> CopyKeysAsync(CommandRun run)
    {
        if (run.Get<KeyStore>() is not DatabaseKeyStore table)
        {
            return $"The key ring stays in the file {run.Get<KeyStore>().Location} (Security:KeyRing), which every " +
                "node must be able to read; clear that setting to keep the key ring in the database.";
        }

        var file = new FileKeyStore(
            Path.GetFullPath(run.Value(KeyRingOption)!, ApplicationPaths.WorkingDirectory), run.Get<TimeProvider>());
        if (file.Read().Count == 0)
        {
            throw new TrendingMailException(
                $"There is no key ring {file.Location}; specify the old installation's with --key-ring FILE. " +
                "Without it, links in mail already sent stop working.");
        }

        await table.CopyFromAsync(file, run.Stop);
        return $"The key ring {file.Location} was copied to the database: " +
            "protect database backups as you protected that file.";
    }
}
