using System.Globalization;

namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// The program is ended amid its work, again and again, and started anew: who got the digest, and how often? The long
/// form is a command of the benchmarks ('kills'); its result stands in docs/delivery.md.
/// </summary>
public sealed class KillTests
{
    private const int Readers = 300;

    private const int Connections = 4;

    private const int Endings = 5;

    private static readonly TimeSpan ServerPause = TimeSpan.FromMilliseconds(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledAmidItsWorkItLosesNothingAndDoublesAtMostWhatWasInFlight()
    {
        var (taken, kills) = await DeliverAsync("KILL", hold: false);

        AssertEveryReader(taken);
        Assert.InRange(taken.Count - Readers, 0, kills * Connections);
        Assert.Equal(Readers, taken.Select(mail => mail.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task WithHoldNothingIsDoubledAndWhatIsInDoubtIsListed()
    {
        await using var home = new ProgramHome();
        var (taken, kills) = await DeliverAsync("KILL", hold: true, home);

        Assert.Distinct(taken.Select(mail => mail.Recipient));
        var counts = (await home.JsonAsync("digest", "status")).EnumerateArray().Single().GetProperty("counts");
        var held = counts.GetProperty("uncertain").GetInt32();
        Assert.InRange(held, 0, kills * Connections);
        Assert.Equal(Readers, counts.GetProperty("sent").GetInt32() + held);
        Assert.InRange(taken.Count, Readers - held, Readers);
    }

    [Fact]
    public async Task AskedToStopItLosesNothingAndDoublesNothing()
    {
        var (taken, _) = await DeliverAsync("TERM", hold: false);

        AssertEveryReader(taken);
        Assert.Equal(Readers, taken.Count);
    }

    private static void AssertEveryReader(IReadOnlyList<(string Recipient, string MessageId)> taken) =>
        Assert.Equal(Readers, taken.Select(mail => mail.Recipient).Distinct().Count());

    private static async Task<(IReadOnlyList<(string Recipient, string MessageId)> Taken, int Endings)> DeliverAsync(
        string signal, bool hold)
    {
        await using var home = new ProgramHome();
        return await DeliverAsync(signal, hold, home);
    }

    private static async Task<(IReadOnlyList<(string Recipient, string MessageId)> Taken, int Endings)> DeliverAsync(
        string signal, bool hold, ProgramHome home)
    {
        await using var server = new CountingSmtpServer(ServerPause);
        home.Settings["Mail__Transport"] = "Smtp";
        home.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        home.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        home.Settings["Mail__Smtp__0__Security"] = "None";
        home.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        home.Settings["Delivery__OnUncertain"] = hold ? "Hold" : "Resend";
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        (await home.RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", today)).Well();
        (await home.RunAsync("edition", "publish", "--date", today)).Well();
        await AddReadersAsync(home, Readers);

        // Not the same places at each run: what matters is that every place is right.
        var endings = 0;
        var next = 0;
        while (endings < Endings)
        {
            next += Random.Shared.Next(10, Readers / Endings);
            await using var program = home.Start("digest", "send", "--date", today);
            var end = program.EndAsync();
            if (await Task.WhenAny(server.ReachedAsync(next), end) == end)
            {
                break;
            }

            await program.SignalAsync(signal);
            await end;
            endings++;
        }

        (await home.RunAsync("digest", "send", "--date", today)).Well();
        return (server.Taken, endings);
    }

    /// <summary>Readers without a welcome, straight into the database: as many as these would take a minute by commands.</summary>
    internal static async Task AddReadersAsync(ProgramHome home, int count)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(home.Folder, "data", "trendingmail.db")};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers, format,
                created_at)
            SELECT 'reader' || n || '@example.org', 'reader' || n || '@example.org', 'active', 'daily', 'monday', '07:00',
                'UTC', 10, 'html', 0
            FROM numbers
            """;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
