using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrendingMail.Delivery;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Storage;
using TrendingMail.SystemTests.Mail;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// <c>nodes</c>: several nodes on one PostgreSQL send an edition, left alone or killed and started again at random. The long
/// form of the system tests' NodesTests.
/// </summary>
internal static class NodesBenchmark
{
    /// <summary>Messages of each node before it is measured, so that the runtime has compiled what there is to compile.</summary>
    private const int WarmUp = 2000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(2);

    private static readonly Option<int> Nodes = new("--nodes") { DefaultValueFactory = _ => 2 };

    private static readonly Option<int> Count = new("--readers") { DefaultValueFactory = _ => 20_000 };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Connections to the server, of each node",
        DefaultValueFactory = _ => 8,
    };

    private static readonly Option<int> Kills = new("--kills") { Description = "How often a node is killed and started again" };

    private static readonly Option<bool> Counted = new("--counted")
    {
        Description = "Takes the mails by a server of our own that counts each reader's; with --kills it always does",
    };

    private static readonly Option<int> Pause = new("--pause")
    {
        Description = "How many ms that server thinks about a message",
        DefaultValueFactory = _ => 2,
    };

    private static readonly Option<int> Seed = new("--seed") { DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        var command = new Command("nodes", "Several nodes on one PostgreSQL (--postgresql) sending an edition")
        {
            Nodes, Count, Connections, Kills, Counted, Pause, Seed, BenchmarkDatabase.Server,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        if (arguments.GetValue(BenchmarkDatabase.Server) is not { } server)
        {
            throw new InvalidOperationException("Several nodes need --postgresql.");
        }

        var (nodes, connections, count, kills) = (arguments.GetValue(Nodes), arguments.GetValue(Connections),
            arguments.GetValue(Count), arguments.GetValue(Kills));
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var isCounted = kills > 0 || arguments.GetValue(Counted);
        await using var counting = isCounted ? new CountingSmtpServer(TimeSpan.FromMilliseconds(arguments.GetValue(Pause))) : null;
        var port = counting?.Port ?? PostfixTools.FreePort();
        using var sink = isCounted ? null : PostfixTools.StartSink(port);
        var fleet = new List<NodeProcess>();
        try
        {
            var settings = own.Settings.Concat(await SettingsAsync(own, port, connections, stop)).ToDictionary();
            var warmUp = nodes * WarmUp;
            await PrepareAsync(own.Database, warmUp, count, stop);
            fleet.AddRange(Enumerable.Range(0, nodes).Select(_ => new NodeProcess(own.Folder, settings)));
            await Task.WhenAll(fleet.Select(node => node.ReadyAsync(stop)));
            await PlanAsync(own.Database, stop);
            await ThroughAsync(own.Database, warmUp, stop);
            counting?.Forget();

            Console.WriteLine($"{nodes} nodes, {connections} connections each, {count:N0} readers");
            await MakeDueAsync(own.Database, warmUp, stop);
            var isShared = true;
            if (kills == 0)
            {
                var measure = await NodesMeasure.TakeAsync(own.Database, fleet, sink, count,
                    () => PlanAsync(own.Database, stop), () => ThroughAsync(own.Database, warmUp + count, stop), stop);
                measure.Print();
                isShared = measure.IsShared;
            }
            else
            {
                var planning = Task.Run(() => PlanAsync(own.Database, stop), stop);
                await KillAsync(fleet, counting!, kills, count, new Random(arguments.GetValue(Seed)), stop);
                await planning;
                await ThroughAsync(own.Database, warmUp + count, stop);
            }

            return isShared && (counting is null || Holds(counting, count, kills * connections)) ? 0 : 1;
        }
        finally
        {
            sink?.Kill();
            fleet.ForEach(node => node.Dispose());
        }
    }

    /// <summary>An edition, and readers of whom those are due that the nodes warm up with.</summary>
    private static async Task PrepareAsync(Database database, int warmUp, int count, CancellationToken stop)
    {
        await BenchmarkEdition.PublishAsync(database, stop);
        await ReaderCrowd.AddAsync(database, warmUp + count, DateTimeOffset.UtcNow, stop);
        await database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE subscribers SET next_due_at = NULL WHERE id > @warmUp", new { warmUp }), stop);
    }

    private static Task<int> MakeDueAsync(Database database, int warmUp, CancellationToken stop) =>
        database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE subscribers SET next_due_at = @now WHERE id > @warmUp", new { now = DateTimeOffset.UtcNow, warmUp }), stop);

    private static async Task<Dictionary<string, string>> SettingsAsync(
        BenchmarkDatabase own, int port, int connections, CancellationToken stop)
    {
        // A source that is there and has nothing: no node looks for papers elsewhere meanwhile.
        var papers = Path.Combine(own.Folder, "papers.json");
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
            ["Mail__Smtp__0__Host"] = "127.0.0.1",
            ["Mail__Smtp__0__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Mail__Smtp__0__Security"] = "None",
            ["Mail__Smtp__0__Connections"] = connections.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Plans here, as the one node does whose job fires.</summary>
    private static Task<PlanResult> PlanAsync(Database database, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var ledger = new Ledger(database, new DeliveryOptions(), clock);
        return new DigestPlanner(database, new EditionStore(database, clock), ledger, clock).PlanDueAsync(stop);
    }

    /// <summary>Waits until so many digests are sent.</summary>
    private static async Task ThroughAsync(Database database, int count, CancellationToken stop)
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
            if (sent > count || Stopwatch.GetElapsedTime(since) > LongestStandstill)
            {
                throw new InvalidOperationException($"Of {count:N0} digests {sent:N0} were sent, and no more came.");
            }

            await Task.Delay(PollInterval, stop);
        }
    }

    /// <summary>Kills a node that is at work, again and again, and starts it anew; the others go on.</summary>
    private static async Task KillAsync(
        List<NodeProcess> fleet, CountingSmtpServer server, int kills, int count, Random random, CancellationToken stop)
    {
        for (var left = kills; left > 0; left--)
        {
            var victim = fleet[random.Next(fleet.Count)];
            await victim.ReadyAsync(stop);
            if (server.Count >= count)
            {
                throw new InvalidOperationException($"The edition was through after {kills - left} kills: it takes more readers, or a longer --pause.");
            }

            await server.ReachedAsync(server.Count + random.Next(1, Math.Max(2, (count - server.Count) / (left + 1))));

            // Not always in the same place of a message's way.
            Thread.SpinWait(random.Next(200_000));
            victim.Kill();
            victim.StartAgain();
        }
    }

    private static bool Holds(CountingSmtpServer server, int count, int mostCopies)
    {
        var taken = server.Taken;
        var readers = taken.Select(mail => mail.Recipient).Distinct().Count();
        var ids = taken.Select(mail => mail.MessageId).Distinct().Count();
        var copies = taken.Count - readers;
        var holds = readers == count && ids == count && copies <= mostCopies;
        Console.WriteLine($"{readers:N0} of {count:N0} readers have it, lost {count - readers}, {copies} copies ({mostCopies} at most), " +
            $"{ids:N0} Message-IDs{(holds ? "" : ": the promise was broken")}");
        return holds;
    }
}
