using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>Sets up many subscribers and today's edition, and queues its digest as if it were due.</summary>
internal static class DeliveryScenario
{
    public static string Today { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task PublishAsync(TestApp app, int subscribers)
    {
        (await app.RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date", Today)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", Today)).EnsureSuccess();
        await KillTests.AddSubscribersAsync(app, subscribers);
    }

    public static async Task QueueAsync(TestApp app)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var connection = await OpenAsync(app);
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO mailings (kind, key, created_at, queued)
            SELECT 'daily', '{Today}', {now}, COUNT(*) FROM subscribers;
            INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
            SELECT m.id, s.id, 1, 'queued', {now}, {now +
                86_400_000}, {now} FROM subscribers s, mailings m WHERE m.kind = 'daily';
            """;
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>Opens the program's database from another process.</summary>
    public static async Task<SqliteConnection> OpenAsync(TestApp app)
    {
        var connection = new SqliteConnection(
            $"Data Source={Path.Combine(app.Folder, "data", "trendingmail.db")};Pooling=False");
        await connection.OpenAsync(Stop);
        return connection;
    }

    public static void ConfigureSmtp(CountingSmtpServer server, TestApp app, int connections)
    {
        app.Settings["Mail__Transport"] = "Smtp";
        app.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        app.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        app.Settings["Mail__Smtp__0__Security"] = "None";
        app.Settings["Mail__Smtp__0__Connections"] = connections.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The number of deliveries in a state.</summary>
    public static async Task<long> CountAsync(TestApp app, string state)
    {
        await using var connection = await OpenAsync(app);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM deliveries WHERE state = $state";
        command.Parameters.AddWithValue("$state", state);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
