using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TrendingMail.SystemTests.Mail;

/// <summary>A crowd of readers and today's edition, and its digest queued for all of them as if their hour had come.</summary>
internal static class CrowdQueue
{
    public static string Today { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task PublishAsync(ProgramHome home, int readers)
    {
        (await home.RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", Today)).Well();
        (await home.RunAsync("edition", "publish", "--date", Today)).Well();
        await KillTests.AddReadersAsync(home, readers);
    }

    public static async Task QueueAsync(ProgramHome home)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var connection = await OpenAsync(home);
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO mailings (kind, key, created_at, queued)
            SELECT 'daily', '{Today}', {now}, COUNT(*) FROM subscribers;
            INSERT INTO deliveries (mailing_id, subscriber_id, priority, state, queued_at, expires_at, next_attempt_at)
            SELECT m.id, s.id, 1, 'queued', {now}, {now + 86_400_000}, {now} FROM subscribers s, mailings m WHERE m.kind = 'daily';
            """;
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>Opens the program's database as another program does.</summary>
    public static async Task<SqliteConnection> OpenAsync(ProgramHome home)
    {
        var connection = new SqliteConnection(
            $"Data Source={Path.Combine(home.Folder, "data", "trendingmail.db")};Pooling=False");
        await connection.OpenAsync(Stop);
        return connection;
    }

    public static void Serve(CountingSmtpServer server, ProgramHome home, int connections)
    {
        home.Settings["Mail__Transport"] = "Smtp";
        home.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        home.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        home.Settings["Mail__Smtp__0__Security"] = "None";
        home.Settings["Mail__Smtp__0__Connections"] = connections.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>How many deliveries are in a state.</summary>
    public static async Task<long> CountAsync(ProgramHome home, string state)
    {
        await using var connection = await OpenAsync(home);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM deliveries WHERE state = $state";
        command.Parameters.AddWithValue("$state", state);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
