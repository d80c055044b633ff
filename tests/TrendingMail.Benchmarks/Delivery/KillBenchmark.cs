using System.CommandLine;
using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Storage.Migrations;
using TrendingMail.Storage.Sqlite;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// <c>kills</c>: sends digests to an SMTP server that counts messages while the program is killed at random instants.
/// The long form of the system tests' KillTests.
/// </summary>
internal static class KillBenchmark
{
    private const int Connections = 8;

    private static readonly TimeSpan ServerPause = TimeSpan.FromMilliseconds(2);

    private static readonly Option<int> Kills = new("--kills") { DefaultValueFactory = _ => 200 };

    private static readonly Option<int> Count = new("--subscribers") { DefaultValueFactory = _ => 5000 };

    private static readonly Option<int> Seed = new("--seed") { DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> Hold = new("--hold") { Description = "Set Delivery:OnUncertain to Hold" };

    public static Command Create()
    {
        var command = new Command("kills", "Kill the program while it sends, and count the messages that arrive")
        {
            Kills, Count, Seed, Hold,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Kills), arguments.GetValue(Count), new Random(arguments.GetValue(Seed)),
            arguments.GetValue(Hold), stop));
        return command;
    }

    private static async Task<int> RunAsync(int kills, int count, Random random, bool hold, CancellationToken stop)
    {
        var (killed, lost, duplicates, held, digests) = (0, 0, 0, 0L, 0);
        while (killed < kills)
        {
            digests++;
            var folder = Directory.CreateTempSubdirectory("trendingmail-kills-");
            try
            {
                await using var server = new CountingSmtpServer(ServerPause);
                var settings = Settings(server.Port, hold);
                using var database = new Database(
                    new SqliteDialect("Data Source=data/trendingmail.db", folder.FullName));
                await new Migrator(database, TimeProvider.System).MigrateAsync(stop);
                await BenchmarkSubscribers.AddAsync(database, count, DateTimeOffset.UtcNow, stop);
                await BenchmarkEdition.PublishAsync(database, stop);
                var killsNow = await KillAsync(server, folder.FullName, settings, kills - killed, count, random);
                await MeasuredProcess.RunAsync(
                    MeasuredProcess.CreateStartInfo(folder.FullName, settings, "digest", "send"));

                var heldNow = await database.ReadAsync(
                    session => session.SingleAsync<long>("SELECT SUM(uncertain) FROM mailings"), stop);
                var received = server.Accepted;
                var recipients = received.Select(mail => mail.Recipient).Distinct().Count();
                var ids = received.Select(mail => mail.MessageId).Distinct().Count();
                Console.WriteLine($"{killsNow} kills over {count:N0} subscribers: {recipients:N0} received it, " +
                    $"{received.Count - recipients} duplicates, {ids:N0} Message-IDs, {heldNow} held");
                if (ids != recipients || received.Count - recipients > killsNow * Connections ||
                    (!hold && recipients != count)
                    || (hold && (received.Count != recipients || recipients < count - heldNow)))
                {
                    Console.WriteLine("The delivery guarantee was violated.");
                    return 1;
                }

                killed += killsNow;
                lost += hold ? 0 : count - recipients;
                duplicates += received.Count - recipients;
                held += heldNow;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        Console.WriteLine(
            $"{killed} kills over {digests} digests to {count:N0} subscribers, {Connections} connections: " +
            $"{lost} lost, {duplicates} duplicates ({killed * Connections} at most), {held} held");
        return 0;
    }

    /// <summary>Starts and kills the program until its digest is sent or it was killed often enough.</summary>
    private static async Task<int> KillAsync(
        CountingSmtpServer server, string folder, IReadOnlyDictionary<string, string> settings, int maximum,
        int count, Random random)
    {
        var kills = 0;
        while (kills < maximum && server.Count < count)
        {
            var target = server.Count + random.Next(1, 200);
            var start = MeasuredProcess.CreateStartInfo(folder, settings, "digest", "send");
            using var program = MeasuredProcess.Start(start);
            var output = program.StandardOutput.ReadToEndAsync();
            var errors = program.StandardError.ReadToEndAsync();
            var end = program.WaitForExitAsync();
            if (await Task.WhenAny(server.WaitForCountAsync(target), end) == end)
            {
                break;
            }

            // Vary the point in a message's processing at which it is killed.
            Thread.SpinWait(random.Next(200_000));
            program.Kill();
            await end;
            await Task.WhenAll(output, errors);
            kills++;
        }

        return kills;
    }

    private static Dictionary<string, string> Settings(int port, bool hold) => new()
    {
        ["Mail__From"] = "digest@papers.example.org",
        ["Mail__Transport"] = "Smtp",
        ["Deliverability__HoldOnBadFindings"] = "false",
        ["Mail__Smtp__0__Host"] = "127.0.0.1",
        ["Mail__Smtp__0__Port"] = port.ToString(CultureInfo.InvariantCulture),
        ["Mail__Smtp__0__Security"] = "None",
        ["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture),
        ["Delivery__OnUncertain"] = hold ? "Hold" : "Resend",
    };
}
