using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import;

namespace TrendingMail.Benchmarks.Readers;

/// <summary><c>list</c>: a list of a million taken in, written out, and asked who is due.</summary>
internal static class ListBenchmark
{
    private const int Due = 1_000;

    private const int Rounds = 15;

    private static readonly string[] Zones =
    [
        "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Europe/London", "America/Sao_Paulo", "Australia/Sydney", "UTC",
    ];

    private static readonly DateTimeOffset Now = new(2026, 11, 25, 6, 0, 0, TimeSpan.Zero);

    private static readonly Option<int> Count = new("--readers")
    {
        Description = "How many readers",
        DefaultValueFactory = _ => 1_000_000,
    };

    public static Command Create()
    {
        var command = new Command("list", "Import and export of a long list, beside the engine's bare import, and who of it is due")
        {
            Count, BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Count), arguments.GetValue(BenchmarkDatabase.Server), stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string? server, CancellationToken stop)
    {
        var bareSeconds = 0.0;
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var list = Path.Combine(own.Folder, "list.csv");
        var export = Path.Combine(own.Folder, "export.csv");
        await WriteListAsync(list, count);
        Console.WriteLine($"list of {count:N0} readers: {new FileInfo(list).Length / 1e6:N1} MB");
        await using (var bare = await BenchmarkDatabase.CreateAsync(server, stop))
        {
            bareSeconds = await BareImport.TimeAsync(bare, list, stop);
            Tell("bare import into a table without an index", count, bareSeconds, await bare.SizeAsync(stop));
        }

        var import = await TimeAsync(() => ImportAsync(own.Database, list, stop));
        Tell("import", count, import, await own.SizeAsync(stop));
        Console.WriteLine($"  {import / bareSeconds:N1} times as long as the bare one; peak memory of this program {PeakMegabytes():N0} MB");
        var written = await TimeAsync(() => ExportAsync(own.Database, export, stop));
        Tell("export", count, written, new FileInfo(export).Length);
        Tell("the same list again, all known", count,
            await TimeAsync(() => ImportAsync(own.Database, list, stop)), await own.SizeAsync(stop));
        await using (var other = await BenchmarkDatabase.CreateAsync(server, stop))
        {
            Tell("import of the export, with its consent histories", count,
                await TimeAsync(() => ImportAsync(other.Database, export, stop)), await other.SizeAsync(stop));
        }

        Console.WriteLine($"  peak memory {PeakMegabytes():N0} MB");
        await DueAsync(own.Database, count, stop);
        return 0;
    }

    private static async Task WriteListAsync(string path, int count)
    {
        var random = new Random(1);
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("email,name,time_zone,send_at,created_at");
        for (var i = 0; i < count; i++)
        {
            // As in real lists, in no order of the alphabet.
            await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"reader.{random.NextInt64(1L << 40):x}.{i}@mail{random.Next(500)}.example.org,\"Reader, No. {i}\",{Zones[i % Zones.Length]},{6 + (i % 5):00}:{15 * (i % 4):00},2025-{1 + (i % 12):00}-{1 + (i % 28):00}T08:00:00Z"));
        }
    }

    private static async Task ImportAsync(Database database, string list, CancellationToken stop)
    {
        await using var stream = File.OpenRead(list);
        var keys = KeyRing.Open(Path.Combine(Path.GetDirectoryName(list)!, "keys.json"), TimeProvider.System);
        var report = await new SubscriberImport(
            database, new ErasedAddresses(keys, TimeProvider.System), (_, _, _) => Task.CompletedTask, TimeProvider.System).RunAsync(
                new ListFile(stream, false, new Dictionary<string, ListField>()),
                new ImportOptions { Defaults = new Preferences(), Name = "list.csv", Confirmed = true, Fingerprint = list },
                rejection => throw new InvalidOperationException(rejection.Reason), null, stop);
        if (report.Rejected > 0)
        {
            throw new InvalidOperationException($"{report.Rejected} lines rejected");
        }
    }

    private static async Task ExportAsync(Database database, string path, CancellationToken stop)
    {
        await using var stream = File.Create(path);
        await new SubscriberExport(database).WriteAsync(stream, false, null, stop);
    }

    /// <summary>A thousand due at a tick, all others through the day after it.</summary>
    private static async Task DueAsync(Database database, int count, CancellationToken stop)
    {
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE subscribers
            SET next_due_at = CASE WHEN id % @every = 0 THEN @now ELSE @now + 60000 + (id * 7919) % 86400000 END
            """, new { every = count / Due, now = Now }), stop);
        var found = 0;
        var times = await Figures.TimeAsync(Rounds, async () => found = (await database.ReadAsync(
            session => SubscriberStore.DueAsync(session, Now, Due + 1), stop)).Count);
        Console.WriteLine($"{found:N0} due of {count:N0}: {Figures.Text(times)}");
        var none = await Figures.TimeAsync(Rounds, () => database.ReadAsync(
            session => SubscriberStore.DueAsync(session, Now.AddMinutes(-1), Due + 1), stop));
        Console.WriteLine($"none due of {count:N0}: {Figures.Text(none)}");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage;
        await work();
        var after = Environment.CpuUsage;
        Console.WriteLine($"  {(after.UserTime - before.UserTime).TotalSeconds:N1} s of processor time and " +
            $"{(after.PrivilegedTime - before.PrivilegedTime).TotalSeconds:N1} s in the system");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Tell(string what, int count, double seconds, long bytes) =>
        Console.WriteLine($"{what}: {seconds:N1} s, {count / seconds:N0} rows/s; {bytes / 1e6:N0} MB");

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }
}
