using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrendingMail.Links;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Persistence;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Benchmarks.Subscribers;

/// <summary><c>list</c>: imports and exports a list of a million subscribers, and queries those due.</summary>
internal static class ListBenchmark
{
    private const int DueCount = 1_000;

    private const int Rounds = 15;

    private static readonly string[] Zones =
    [
        "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Europe/London", "America/Sao_Paulo",
        "Australia/Sydney", "UTC",
    ];

    private static readonly DateTimeOffset Now = new(2026, 11, 25, 6, 0, 0, TimeSpan.Zero);

    private static readonly Option<int> Count = new("--subscribers")
    {
        Description = "Number of subscribers",
        DefaultValueFactory = _ => 1_000_000,
    };

    public static Command Create()
    {
        var command = new Command(
            "list", "Import and export a long list, compared with the database's own import, and query due subscribers")
        {
            Count, BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Count), arguments.GetValue(BenchmarkDatabase.Server), stop));
        return command;
    }

    private static async Task<int> RunAsync(int count, string? server, CancellationToken stop)
    {
        var baselineSeconds = 0.0;
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var list = Path.Combine(own.Folder, "list.csv");
        var export = Path.Combine(own.Folder, "export.csv");
        await WriteListAsync(list, count);
        Console.WriteLine($"list of {count:N0} subscribers: {new FileInfo(list).Length / 1e6:N1} MB");
        await using (var baseline = await BenchmarkDatabase.CreateAsync(server, stop))
        {
            baselineSeconds = await BaselineImport.TimeAsync(baseline, list, stop);
            Print("baseline: the database's own import, unindexed", count, baselineSeconds,
                await baseline.SizeAsync(stop));
        }

        var import = await TimeAsync(() => ImportAsync(own, list, stop));
        Print("import", count, import, await own.SizeAsync(stop));
        Console.WriteLine(
            $"  {import / baselineSeconds:N1} times the baseline; peak memory of this process {PeakMegabytes():N0} MB");
        var written = await TimeAsync(() => ExportAsync(own.Database, export, stop));
        Print("export", count, written, new FileInfo(export).Length);
        Print("import of the same list again, all existing", count,
            await TimeAsync(() => ImportAsync(own, list, stop)), await own.SizeAsync(stop));
        await using (var other = await BenchmarkDatabase.CreateAsync(server, stop))
        {
            Print("import of the export, with consent histories", count,
                await TimeAsync(() => ImportAsync(other, export, stop)), await other.SizeAsync(stop));
        }

        Console.WriteLine($"  peak memory {PeakMegabytes():N0} MB");
        await MeasureDueAsync(own.Database, count, stop);
        return 0;
    }

    private static async Task WriteListAsync(string path, int count)
    {
        var random = new Random(1);
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("email,name,time_zone,send_at,created_at");
        for (var i = 0; i < count; i++)
        {
            // Random, so that addresses are unsorted as in real lists.
            await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"reader.{random.NextInt64(1L << 40):x}.{i}@mail{random.Next(500)}.example.org,\"Reader, " +
                    $"No. {i}\",{Zones[i % Zones.Length]},{6 + (i % 5):00}:{15 * (i % 4):00},2025-{1 + (i % 12):00}-{1 + (i % 28):00}T08:00:00Z"));
        }
    }

    private static async Task ImportAsync(BenchmarkDatabase database, string list, CancellationToken stop)
    {
        await using var stream = File.OpenRead(list);
        var keys = KeyRing.Open(Path.Combine(Path.GetDirectoryName(list)!, "keys.json"), TimeProvider.System);
        var importer = new SubscriberImporter(database.Database, database.Engine<ImportStoreFactory>(),
            new ErasedAddressStore(keys, TimeProvider.System), (_, _, _) => Task.CompletedTask, TimeProvider.System);
        var report = await importer.RunAsync(
            new ImportFile(stream, new ImportFileOptions()),
            new ImportOptions { Defaults = new Preferences(), Name = "list.csv", Confirmed = true, Fingerprint = list },
            rejectedLine => throw new InvalidOperationException(rejectedLine.Reason), null, stop);
        if (report.Rejected > 0)
        {
            throw new InvalidOperationException($"{report.Rejected} lines were rejected.");
        }
    }

    private static async Task ExportAsync(Database database, string path, CancellationToken stop)
    {
        await using var stream = File.Create(path);
        await new SubscriberExporter(database).WriteAsync(stream, false, null, stop);
    }

    /// <summary>
    /// Makes a thousand subscribers due now and the others over the next day, then queries those due.
    /// </summary>
    private static async Task MeasureDueAsync(Database database, int count, CancellationToken stop)
    {
        await database.WriteAsync(session => session.ExecuteAsync("""
            UPDATE subscribers
            SET next_due_at = CASE WHEN id % @every = 0 THEN @now ELSE @now + 60000 + (id * 7919) % 86400000 END
            """, new { every = count / DueCount, now = Now }), stop);
        var found = 0;
        var times = await Timings.TimeAsync(Rounds, async () => found = (await database.ReadAsync(
            session => DueSubscribers.FindAsync(session, default, Now, DueCount + 1), stop)).Count);
        Console.WriteLine($"{found:N0} due of {count:N0}: {Timings.Format(times)}");
        var none = await Timings.TimeAsync(Rounds, () => database.ReadAsync(
            session => DueSubscribers.FindAsync(session, default, Now.AddMinutes(-1), DueCount + 1), stop));
        Console.WriteLine($"none due of {count:N0}: {Timings.Format(none)}");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage;
        await work();
        var after = Environment.CpuUsage;
        Console.WriteLine($"  CPU time: {(after.UserTime - before.UserTime).TotalSeconds:N1} s user, " +
            $"{(after.PrivilegedTime - before.PrivilegedTime).TotalSeconds:N1} s system");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Print(string what, int count, double seconds, long bytes) =>
        Console.WriteLine($"{what}: {seconds:N1} s, {count / seconds:N0} rows/s; {bytes / 1e6:N0} MB");

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }
}
