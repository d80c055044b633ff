using Npgsql;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

/// <summary>
/// A database of the PostgreSQL server that <c>tests/run.sh</c> starts and names in the environment; a copy of one that was
/// migrated once, for that is faster than to migrate each.
/// </summary>
public sealed class PostgreSqlFixture(bool isEmpty = false) : DatabaseFixture
{
    /// <summary>The environment's variable with a connection string, without a database, of a user who may create some.</summary>
    public const string Variable = "TEST_POSTGRESQL";

    private static readonly string Template = $"test_{Environment.ProcessId}";

    private static readonly Lazy<Task> Prepared = new(PrepareAsync);

    private readonly string name = $"{Template}_{Guid.NewGuid():n}";
    private PostgreSqlDialect? dialect;

    public override IDialect Dialect => dialect ??= Create();

    /// <summary>By which another process reaches the database; it is made with the dialect.</summary>
    public string ConnectionString => Of(name);

    private static string Server => Environment.GetEnvironmentVariable(Variable)!;

    protected override async ValueTask DropAsync()
    {
        if (dialect is not null)
        {
            dialect.Dispose();
            await RunAsync($"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    private PostgreSqlDialect Create()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Server), $"No PostgreSQL: {Variable} is not set; tests/run.sh sets it.");
        Task.Run(async () =>
        {
            await Prepared.Value;
            await RunAsync($"CREATE DATABASE {name} TEMPLATE {(isEmpty ? "template0" : Template)}");
        }).GetAwaiter().GetResult();
        return new PostgreSqlDialect(Of(name));
    }

    private static string Of(string database) =>
        new NpgsqlConnectionStringBuilder(Server) { Database = database, MaxPoolSize = 10 }.ConnectionString;

    private static async Task PrepareAsync()
    {
        await RunAsync($"CREATE DATABASE {Template} TEMPLATE template0 ENCODING 'UTF8'");
        using (var template = new PostgreSqlDialect(Of(Template) + ";Pooling=false"))
        using (var database = new Database(template))
        {
            await new Migrator(database, TimeProvider.System).MigrateAsync(CancellationToken.None);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunAsync($"DROP DATABASE {Template} WITH (FORCE)").GetAwaiter().GetResult();
    }

    private static async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Of("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
