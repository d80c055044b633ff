using System.CommandLine;
using TrendingMail.Storage;
using TrendingMail.Storage.Copying;
using TrendingMail.Subscribers;
using TrendingMail.Worker.Hosting;

namespace TrendingMail.Worker.Commands;

/// <summary><c>db copy</c>: moves an installation from one engine to another.</summary>
internal static class DbCopy
{
    private static readonly Option<DatabaseProvider> From = new("--from")
    {
        Description = "The engine that has the data: Sqlite",
        Required = true,
    };

    private static readonly Option<DatabaseProvider> To = new("--to")
    {
        Description = "The engine of the settings, to which they go: PostgreSql",
        Required = true,
    };

    private static readonly Option<string> Source = new("--source")
    {
        Description = "The old database's connection string",
        DefaultValueFactory = _ => new DatabaseOptions().ConnectionString,
    };

    private static readonly Option<string> Ring = new("--key-ring")
    {
        Description = "The file with the old installation's keys",
        DefaultValueFactory = _ => SecurityOptions.DefaultKeyFile,
    };

    public static Command Create() => CommandRun.Bare(
        "copy", "Move all data to the database that the settings name, and compare both", [From, To, Source, Ring], CopyAsync);

    private static async Task<int> CopyAsync(CommandRun run)
    {
        var target = run.Get<Database>();
        if (run.Value(From) != DatabaseProvider.Sqlite || run.Value(To) != DatabaseProvider.PostgreSql)
        {
            throw new TrendingMailException("A copy goes --from Sqlite --to PostgreSql.");
        }

        if (target.Dialect is not PostgreSqlDialect)
        {
            throw new TrendingMailException("The settings name SQLite: set Database:Provider to PostgreSql, and Database:ConnectionString.");
        }

        await run.Get<Migrator>().MigrateAsync(run.Stop);
        using var source = new Database(new SqliteDialect(run.Value(Source)!, Home.Directory));
        if (!File.Exists(source.Dialect.Location))
        {
            throw new TrendingMailException($"There is no database {source.Dialect.Location}; name the old one with --source 'Data Source=...'.");
        }

        var migrator = new Migrator(source, run.Get<TimeProvider>());
        if (await migrator.CurrentVersionAsync(run.Stop) != migrator.LatestVersion)
        {
            throw new TrendingMailException($"{source.Dialect.Location} is not at the schema of this program: start the program on it once, or 'db migrate'.");
        }

        var keys = await KeysAsync(run);
        ProgressBar? bar = null;
        var tables = await new DatabaseCopy(source, target).RunAsync(run.ShowsProgress
            ? new Told<CopyProgress>(progress => (bar ??= new ProgressBar(progress.Total, "row")).Show(progress.Rows, progress.Rows))
            : null, run.Stop);
        bar?.Dispose();
        run.Print(
            new { From = source.Dialect.Location, To = target.Dialect.Location, Tables = tables, Keys = keys },
            [
                .. Columns.Of(["table", "rows", "sha-256 of both"], [.. tables.Select(table =>
                    (IReadOnlyList<string>)[table.Name, $"{table.Rows}", table.Sha256])]),
                keys,
                $"All is in {target.Dialect.Location}, and the same. {source.Dialect.Location} is as it was.",
            ]);
        return CommandRun.Done;
    }

    /// <summary>Takes the key ring along, and says what became of it. First: an installation whose links are dead is not worth its copy.</summary>
    private static async Task<string> KeysAsync(CommandRun run)
    {
        if (run.Get<KeyStore>() is not KeyTable table)
        {
            return $"The key ring stays in the file {run.Get<KeyStore>().Place} (Security:KeyRing), which every node has to read; " +
                "name none, and it lies in the database.";
        }

        var file = new KeyFile(Path.GetFullPath(run.Value(Ring)!, Home.Directory), run.Get<TimeProvider>());
        if (file.Read().Count == 0)
        {
            throw new TrendingMailException($"There is no key ring {file.Place}; name the old installation's with --key-ring FILE. " +
                "Without it no link in a mail that was sent can be read.");
        }

        await table.TakeOverAsync(file, run.Stop);
        return $"The key ring {file.Place} is in the database too: keep its backups as you kept that file.";
    }
}
