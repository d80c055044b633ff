using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrendingMail.Engines;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Storage.PostgreSql;

namespace TrendingMail.Tests.Storage;

/// <summary>
/// A database on the PostgreSQL server that <c>tests/run.sh</c> starts and names in the environment. Cloned from a
/// template that is migrated once, which is faster than migrating each database.
/// </summary>
public sealed class PostgreSqlFixture(bool isEmpty = false) : DatabaseFixture
{
    /// <summary>
    /// The environment variable with a connection string, without a database, of a user who may create databases.
    /// </summary>
    public const string EnvironmentVariable = "TEST_POSTGRESQL";

    private static readonly string Template = $"test_{Environment.ProcessId}";

    private static readonly Lazy<Task> TemplateCreated = new(CreateTemplateAsync);

    private readonly string name = $"{Template}_{Guid.NewGuid():n}";
    private ServiceProvider? engine;

    public override IServiceProvider Engine => engine ??= Create();

    /// <summary>For access from another process. The database is created together with the engine.</summary>
    public string ConnectionString => ConnectionStringFor(name);

    private static string Server => Environment.GetEnvironmentVariable(EnvironmentVariable)!;

    protected override async ValueTask DropAsync()
    {
        if (engine is not null)
        {
            ((IDisposable)Dialect).Dispose();
            await engine.DisposeAsync();
            await RunAsync($"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    private ServiceProvider Create()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Server), $"No PostgreSQL: {EnvironmentVariable} is not set; tests/run.sh sets it.");
        Task.Run(async () =>
        {
            await TemplateCreated.Value;
            await RunAsync($"CREATE DATABASE {name} TEMPLATE {(isEmpty ? "template0" : Template)}");
        }).GetAwaiter().GetResult();
        return new ServiceCollection().AddPostgreSql(ConnectionStringFor(name), Path.GetTempPath())
            .BuildServiceProvider();
    }

    private static string ConnectionStringFor(string database) =>
        new NpgsqlConnectionStringBuilder(Server) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    private static async Task CreateTemplateAsync()
    {
        await RunAsync($"CREATE DATABASE {Template} TEMPLATE template0 ENCODING 'UTF8'");
        using (var template = new PostgreSqlDialect(ConnectionStringFor(Template) + ";Pooling=false"))
        using (var database = new Database(template))
        {
            await new Migrator(database, TimeProvider.System).MigrateAsync(CancellationToken.None);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunAsync($"DROP DATABASE {Template} WITH (FORCE)")
            .GetAwaiter().GetResult();
    }

    private static async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringFor("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
