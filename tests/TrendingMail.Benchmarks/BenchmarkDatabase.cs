using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Queue.Dialects;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Editions.Forecasting;
using TrendingMail.Editions.Publishing;
using TrendingMail.Engines;
using TrendingMail.Papers;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Benchmarks;

/// <summary>A migrated database on either engine: temporary, or kept for later runs.</summary>
internal sealed class BenchmarkDatabase : IAsyncDisposable
{
    /// <summary>Runs a benchmark on PostgreSQL.</summary>
    public static readonly Option<string?> Server = new("--postgresql")
    {
        Description = "Use PostgreSQL instead of SQLite: a connection string, without a database, of a user who may " +
            "create databases",
    };

    private const string SqliteConnectionString = "Data Source=data/trendingmail.db";

    private readonly DirectoryInfo folder;
    private readonly string? server;
    private readonly string name;
    private readonly bool isKept;
    private readonly ServiceProvider engine;

    private BenchmarkDatabase(DirectoryInfo folder, string? server, string name, bool isKept)
    {
        this.folder = folder;
        this.server = server;
        this.name = name;
        this.isKept = isKept;
        Options = server is null
            ? new DatabaseOptions { ConnectionString = isKept ? $"Data Source={name}.db" : SqliteConnectionString }
            : new DatabaseOptions
            {
                Provider = DatabaseProvider.PostgreSql,
                ConnectionString = ConnectionStringFor(server, name)
            };
        engine = new ServiceCollection().AddStorage(Options, folder.FullName).BuildServiceProvider();
    }

    public Database Database => Engine<Database>();

    public DeliveryQueue DeliveryQueue =>
        new(Database, Engine<IQueueDialect>(), new DeliveryOptions(), TimeProvider.System);

    public DigestPlanner Planner => new(Database, Forecast, DeliveryQueue, Engine<DuePlannerFactory>(),
        new SubscriberSchedules(Database, TimeProvider.System), new DigestOptions(), TimeProvider.System);

    /// <summary>Without sources, no edition is expected besides those that exist.</summary>
    private EditionForecast Forecast => new(
        new EditionStore(Database, TimeProvider.System), new PaperStore(Database, TimeProvider.System),
        new EligibilityPolicy(), [], new DigestOptions(), TimeProvider.System);

    public DatabaseOptions Options { get; }

    /// <summary>The folder of this run.</summary>
    public string Folder => folder.FullName;

    /// <summary>The environment variables that make the program use this database.</summary>
    public Dictionary<string, string> EnvironmentVariables => new()
    {
        ["Database__Provider"] = Options.Provider.ToString(),
        ["Database__ConnectionString"] = Options.ConnectionString,
    };

    public static async Task<BenchmarkDatabase> CreateAsync(string? server, CancellationToken stop)
    {
        var database = new BenchmarkDatabase(
            Directory.CreateTempSubdirectory("trendingmail-benchmark-"), server,
            $"benchmark_{Guid.NewGuid():n}", isKept: false);
        await database.PrepareAsync(stop);
        return database;
    }

    /// <summary>Opens the database of an earlier run, or creates it.</summary>
    /// <param name="folder">The folder of the SQLite file.</param>
    public static async Task<BenchmarkDatabase> OpenKeptAsync(
        string? server, string name, string folder, CancellationToken stop)
    {
        var database = new BenchmarkDatabase(Directory.CreateDirectory(folder), server, name, isKept: true);
        await database.PrepareAsync(stop);
        return database;
    }

    /// <summary>The engine's implementation of a service.</summary>
    public T Engine<T>()
        where T : notnull => engine.GetRequiredService<T>();

    /// <summary>The size of all tables and indexes, in bytes.</summary>
    public Task<long> SizeAsync(CancellationToken stop) => Database.ReadAsync(session => session.SingleAsync<long>(
        server is null
            ? "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            : "SELECT pg_database_size(current_database())"), stop);

    public async ValueTask DisposeAsync()
    {
        (Engine<IDialect>() as IDisposable)?.Dispose();
        await engine.DisposeAsync();
        if (isKept)
        {
            return;
        }

        if (server is not null)
        {
            await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
        }

        folder.Delete(recursive: true);
    }

    private async Task PrepareAsync(CancellationToken stop)
    {
        if (server is not null)
        {
            try
            {
                await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
            }
            catch (PostgresException e) when (isKept && e.SqlState == PostgresErrorCodes.DuplicateDatabase)
            {
                // It exists from an earlier run.
            }
        }

        await new Migrator(Database, TimeProvider.System).MigrateAsync(stop);
    }

    private static string ConnectionStringFor(string server, string name) =>
        new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringFor(server, "postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
