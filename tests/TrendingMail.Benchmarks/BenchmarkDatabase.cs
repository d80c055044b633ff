using System.CommandLine;
using Npgsql;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks;

/// <summary>A new database of either engine, migrated, for one measurement. It is deleted at the end.</summary>
internal sealed class BenchmarkDatabase : IAsyncDisposable
{
    /// <summary>With it a benchmark runs on PostgreSQL.</summary>
    public static readonly Option<string?> Server = new("--postgresql")
    {
        Description = "Runs on this PostgreSQL instead of SQLite: a connection string without a database, of a user who may create some",
    };

    private const string File = "Data Source=data/trendingmail.db";

    private readonly DirectoryInfo folder;
    private readonly string? server;
    private readonly string name = $"benchmark_{Guid.NewGuid():n}";
    private readonly IDialect dialect;

    private BenchmarkDatabase(DirectoryInfo folder, string? server)
    {
        this.folder = folder;
        this.server = server;
        Options = server is null
            ? new DatabaseOptions { ConnectionString = File }
            : new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = Of(server, name) };
        dialect = Options.ToDialect(folder.FullName);
        Database = new Database(dialect);
    }

    public Database Database { get; }

    public DatabaseOptions Options { get; }

    /// <summary>A folder of this measurement's own.</summary>
    public string Folder => folder.FullName;

    /// <summary>What the program is told in its environment to use this database.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["Database__Provider"] = Options.Provider.ToString(),
        ["Database__ConnectionString"] = Options.ConnectionString,
    };

    public static async Task<BenchmarkDatabase> CreateAsync(string? server, CancellationToken stop)
    {
        var database = new BenchmarkDatabase(Directory.CreateTempSubdirectory("trendingmail-benchmark-"), server);
        if (server is not null)
        {
            await ExecuteAsync(server, $"CREATE DATABASE {database.name} TEMPLATE template0 ENCODING 'UTF8'");
        }

        await new Migrator(database.Database, TimeProvider.System).MigrateAsync(stop);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        Database.Dispose();
        (dialect as IDisposable)?.Dispose();
        if (server is not null)
        {
            await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
        }

        folder.Delete(recursive: true);
    }

    private static string Of(string server, string name) =>
        new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(Of(server, "postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
