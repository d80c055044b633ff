using System.Globalization;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>
/// Terminates the program repeatedly while it sends, restarts it, and checks who received the digest and how often. The
/// benchmark 'kills' is the long form of this test; docs/delivery.md has its results.
/// </summary>
public sealed class KillTests
{
    private const int Subscribers = 300;

    private const int Connections = 4;

    private const int Terminations = 5;

    private static readonly TimeSpan ServerDelay = TimeSpan.FromMilliseconds(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AfterKillsNothingIsLostAndAtMostWhatWasInFlightIsDuplicated()
    {
        var (accepted, kills) = await DeliverAsync("KILL", hold: false);

        AssertEverySubscriber(accepted);
        Assert.InRange(accepted.Count - Subscribers, 0, kills * Connections);
        Assert.Equal(Subscribers, accepted.Select(mail => mail.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task WithHoldNothingIsDuplicatedAndUncertainDeliveriesAreListed()
    {
        await using var app = new TestApp();
        var (accepted, kills) = await DeliverAsync("KILL", hold: true, app);

        Assert.Distinct(accepted.Select(mail => mail.Recipient));
        var counts = (await app.JsonAsync("digest", "status")).EnumerateArray().Single().GetProperty("counts");
        var held = counts.GetProperty("uncertain").GetInt32();
        Assert.InRange(held, 0, kills * Connections);
        Assert.Equal(Subscribers, counts.GetProperty("sent").GetInt32() + held);
        Assert.InRange(accepted.Count, Subscribers - held, Subscribers);
    }

    [Fact]
    public async Task AfterGracefulStopsNothingIsLostOrDuplicated()
    {
        var (accepted, _) = await DeliverAsync("TERM", hold: false);

        AssertEverySubscriber(accepted);
        Assert.Equal(Subscribers, accepted.Count);
    }

    private static void AssertEverySubscriber(IReadOnlyList<(string Recipient, string MessageId)> accepted) =>
        Assert.Equal(Subscribers, accepted.Select(mail => mail.Recipient).Distinct().Count());

    private static async Task<(IReadOnlyList<(string Recipient, string MessageId)> Taken, int Endings)> DeliverAsync(
        string signal, bool hold)
    {
        await using var app = new TestApp();
        return await DeliverAsync(signal, hold, app);
    }

    private static async Task<(IReadOnlyList<(string Recipient, string MessageId)> Taken, int Endings)> DeliverAsync(
        string signal, bool hold, TestApp app)
    {
        await using var server = new CountingSmtpServer(ServerDelay);
        app.Settings["Mail__Transport"] = "Smtp";
        app.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        app.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        app.Settings["Mail__Smtp__0__Security"] = "None";
        app.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        app.Settings["Delivery__OnUncertain"] = hold ? "Hold" : "Resend";
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        (await app.RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date", today)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", today)).EnsureSuccess();
        await AddSubscribersAsync(app, Subscribers);

        // Random, because the promise must hold wherever the program is terminated.
        var terminations = 0;
        var next = 0;
        while (terminations < Terminations)
        {
            next += Random.Shared.Next(10, Subscribers / Terminations);
            await using var program = app.Start("digest", "send", "--date", today);
            var end = program.WaitForExitAsync();
            if (await Task.WhenAny(server.WaitForCountAsync(next), end) == end)
            {
                break;
            }

            await program.SignalAsync(signal);
            await end;
            terminations++;
        }

        (await app.RunAsync("digest", "send", "--date", today)).EnsureSuccess();
        return (server.Accepted, terminations);
    }

    /// <summary>
    /// Inserts subscribers directly, without welcome mail; by command, this many would take a minute.
    /// </summary>
    internal static async Task AddSubscribersAsync(TestApp app, int count)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(app.Folder, "data", "trendingmail.db")};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                format,
                created_at)
            SELECT 'subscriber' || n || '@example.org', 'subscriber' || n || '@example.org', 'active', 'daily',
                'monday',
                '07:00', 'UTC', 10, 'html', 0
            FROM numbers
            """;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
