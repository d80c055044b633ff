using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.Benchmarks.Delivery.Nodes;

/// <summary>
/// <c>nodes</c>: several nodes on one PostgreSQL server send an edition, optionally killed and restarted at random. The
/// long form of the system tests' NodesTests.
/// </summary>
internal static class NodesBenchmark
{
    /// <summary>Messages that each node sends before the measurement, to complete JIT compilation.</summary>
    private const int WarmUpMessages = 2000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(2);

    private static readonly Option<int> Nodes = new("--nodes") { DefaultValueFactory = _ => 2 };

    private static readonly Option<int> Count = new("--subscribers") { DefaultValueFactory = _ => 20_000 };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Connections to the server per node",
        DefaultValueFactory = _ => 8,
    };

    private static readonly Option<int> Kills = new("--kills")
    {
        Description = "How many times a node is killed and restarted",
    };

    private static readonly Option<bool> CountMessages = new("--counted")
    {
        Description = "Receive the mail with a server that counts messages per subscriber; implied by --kills",
    };

    private static readonly Option<int> Pause = new("--pause")
    {
        Description = "How many ms that server takes per message",
        DefaultValueFactory = _ => 2,
    };

    private static readonly Option<int> Seed = new("--seed") { DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        var command = new Command(
            "nodes", "Send an edition with several nodes on one PostgreSQL server (needs --postgresql)")
        {
            Nodes, Count, Connections, Kills, CountMessages, Pause, Seed, BenchmarkDatabase.Server,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        if (arguments.GetValue(BenchmarkDatabase.Server) is not { } server)
        {
            throw new InvalidOperationException("This benchmark needs --postgresql.");
        }

        var (nodes, connections, count, kills) = (arguments.GetValue(Nodes), arguments.GetValue(Connections),
            arguments.GetValue(Count), arguments.GetValue(Kills));
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var isCounted = kills > 0 || arguments.GetValue(CountMessages);
        await using var counting = isCounted
            ? new CountingSmtpServer(TimeSpan.FromMilliseconds(arguments.GetValue(Pause))) : null;
        var port = counting?.Port ?? PostfixTools.FreePort();
        using var sink = isCounted ? null : PostfixTools.StartSink(port);
        var fleet = new List<NodeProcess>();
        try
        {
            var settings = own.EnvironmentVariables.Concat(await SettingsAsync(own, port, connections, stop))
                .ToDictionary();
            var warmUp = nodes * WarmUpMessages;
            await PrepareAsync(own.Database, warmUp, count, stop);
            fleet.AddRange(Enumerable.Range(0, nodes).Select(_ => new NodeProcess(own.Folder, settings)));
            await Task.WhenAll(fleet.Select(node => node.WaitUntilReadyAsync(stop)));
            // In this process, in place of the node whose job would fire.
            await own.Planner.PlanDueAsync(stop);
            await WaitUntilSentAsync(own.Database, warmUp, stop);
            counting?.Reset();

            Console.WriteLine($"{nodes} nodes, {connections} connections each, {count:N0} subscribers");
            await MakeDueAsync(own.Database, warmUp, stop);
            var isBalanced = true;
            if (kills == 0)
            {
                var measure = await NodesMeasurement.MeasureAsync(own.Database, fleet, sink, count,
                    () => own.Planner.PlanDueAsync(stop),
                    () => WaitUntilSentAsync(own.Database, warmUp + count, stop), stop);
                measure.Print();
                isBalanced = measure.IsBalanced;
            }
            else
            {
                var planning = Task.Run(() => own.Planner.PlanDueAsync(stop), stop);
                await KillAsync(fleet, counting!, kills, count, new Random(arguments.GetValue(Seed)), stop);
                await planning;
                await WaitUntilSentAsync(own.Database, warmUp + count, stop);
            }

            return isBalanced && (counting is null || IsGuaranteeKept(counting, count, kills * connections)) ? 0 : 1;
        }
        finally
        {
            sink?.Kill();
            fleet.ForEach(node => node.Dispose());
        }
    }

    /// <summary>Publishes an edition and adds the subscribers, of whom only those for the warm-up are due.</summary>
    private static async Task PrepareAsync(Database database, int warmUp, int count, CancellationToken stop)
    {
        await BenchmarkEdition.PublishAsync(database, stop);
        await BenchmarkSubscribers.AddAsync(database, warmUp + count, DateTimeOffset.UtcNow, stop);
        await database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE subscribers SET next_due_at = NULL WHERE id > @warmUp", new { warmUp }), stop);
    }

    private static Task<int> MakeDueAsync(Database database, int warmUp, CancellationToken stop) =>
        database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE subscribers SET next_due_at = @now WHERE id > @warmUp",
            new { now = DateTimeOffset.UtcNow, warmUp }), stop);

    private static async Task<Dictionary<string, string>> SettingsAsync(
        BenchmarkDatabase benchmark, int port, int connections, CancellationToken stop)
    {
        // An empty source, so that no node fetches papers from elsewhere meanwhile.
        var papers = Path.Combine(benchmark.Folder, "papers.json");
        await File.WriteAllTextAsync(papers, "[]", stop);
        return new()
        {
            ["Site__PublicUrl"] = "https://papers.example.org",
            ["Site__PostalAddress"] = "Papers Daily, 1 Harbour Lane, Exampleton",
            ["Papers__Sources__0__Kind"] = "File",
            ["Papers__Sources__0__Path"] = papers,
            ["Mail__From"] = "digest@papers.example.org",
            ["Mail__BounceAddress"] = "bounces@papers.example.org",
            ["Mail__Transport"] = "Smtp",
            ["Deliverability__HoldOnBadFindings"] = "false",
            ["Mail__Smtp__0__Host"] = "127.0.0.1",
            ["Mail__Smtp__0__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Mail__Smtp__0__Security"] = "None",
            ["Mail__Smtp__0__Connections"] = connections.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Waits until this many digests are sent.</summary>
    private static async Task WaitUntilSentAsync(Database database, int count, CancellationToken stop)
    {
        var (sent, since) = (-1L, Stopwatch.GetTimestamp());
        while (true)
        {
            var now = await database.ReadAsync(
                session => session.SingleAsync<long>("SELECT COALESCE(SUM(sent), 0) FROM mailings"), stop);
            if (now == count)
            {
                return;
            }

            since = now == sent ? since : Stopwatch.GetTimestamp();
            sent = now;
            if (sent > count || Stopwatch.GetElapsedTime(since) > StallTimeout)
            {
                throw new InvalidOperationException($"Sending stalled: {sent:N0} of {count:N0} digests were sent.");
            }

            await Task.Delay(PollInterval, stop);
        }
    }

    /// <summary>Repeatedly kills and restarts a random node while the others continue.</summary>
    private static async Task KillAsync(
        List<NodeProcess> fleet, CountingSmtpServer server, int kills, int count, Random random, CancellationToken stop)
    {
        for (var killsLeft = kills; killsLeft > 0; killsLeft--)
        {
            var victim = fleet[random.Next(fleet.Count)];
            await victim.WaitUntilReadyAsync(stop);
            if (server.Count >= count)
            {
                throw new InvalidOperationException(
                    $"The edition was sent after {kills - killsLeft} kills; use more subscribers or a longer --pause.");
            }

            await server.WaitForCountAsync(
                server.Count + random.Next(1, Math.Max(2, (count - server.Count) / (killsLeft + 1))));

            // Vary the point in a message's processing at which it is killed.
            Thread.SpinWait(random.Next(200_000));
            victim.Kill();
            victim.Restart();
        }
    }

    private static bool IsGuaranteeKept(CountingSmtpServer server, int count, int maximumDuplicates)
    {
        var received = server.Accepted;
        var recipients = received.Select(mail => mail.Recipient).Distinct().Count();
        var ids = received.Select(mail => mail.MessageId).Distinct().Count();
        var duplicates = received.Count - recipients;
        var isKept = recipients == count && ids == count && duplicates <= maximumDuplicates;
        Console.WriteLine($"{recipients:N0} of {count:N0} subscribers received it, {count - recipients} lost, " +
            $"{duplicates} duplicates ({maximumDuplicates} at most), " +
            $"{ids:N0} Message-IDs{(isKept ? "" : ": the delivery guarantee was violated")}");
        return isKept;
    }
}
