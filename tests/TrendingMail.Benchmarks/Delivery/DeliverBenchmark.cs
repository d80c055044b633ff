using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using TrendingMail.Delivery;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// <c>deliver</c>: the program itself sends an edition to many readers through Postfix's smtp-sink, side by side with
/// Postfix's smtp-source, which sends one message again and again.
/// </summary>
internal static class DeliverBenchmark
{
    private static readonly Option<int> Count = new("--readers")
    {
        Description = "How many readers",
        DefaultValueFactory = _ => 100_000,
    };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Connections to the server",
        DefaultValueFactory = _ => 16,
    };

    private static readonly Option<string> Dkim = new("--dkim")
    {
        Description = "none, rsa (2048 bits) or ed25519",
        DefaultValueFactory = _ => "none",
    };

    private static readonly Option<int> SourceMessages = new("--reference")
    {
        Description = "How many messages smtp-source sends before and after",
        DefaultValueFactory = _ => 30_000,
    };

    public static Command Create()
    {
        Dkim.AcceptOnlyFromAmong("none", "rsa", "ed25519");
        var command = new Command("deliver", "Sending an edition to many readers, beside smtp-source")
        {
            Count, Connections, Dkim, SourceMessages, BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Count), arguments.GetValue(Connections), arguments.GetValue(Dkim)!,
            arguments.GetValue(SourceMessages), arguments.GetValue(BenchmarkDatabase.Server), stop));
        return command;
    }

    private static async Task<int> RunAsync(
        int count, int connections, string dkim, int reference, string? server, CancellationToken stop)
    {
        await using var own = await BenchmarkDatabase.CreateAsync(server, stop);
        var database = own.Database;
        var port = PostfixTools.FreePort();
        using var sink = PostfixTools.StartSink(port);
        try
        {
            var settings = own.Settings.Concat(Settings(port, connections)).ToDictionary();
            if (dkim != "none")
            {
                var file = Path.Combine(own.Folder, "dkim.pem");
                await File.WriteAllBytesAsync(file, PrivateKey(dkim), stop);
                settings["Mail__Dkim__0__Algorithm"] = dkim == "rsa" ? "RsaSha256" : "Ed25519Sha256";
                settings["Mail__Dkim__0__Domain"] = "papers.example.org";
                settings["Mail__Dkim__0__Selector"] = "test";
                settings["Mail__Dkim__0__KeyFile"] = file;
            }

            await ReaderCrowd.AddAsync(database, count, DateTimeOffset.UtcNow, stop);
            await BenchmarkEdition.PublishAsync(database, stop);
            var mail = await MeasuredProcess.RunAsync(
                MeasuredProcess.Worker(own.Folder, settings, "digest", "preview", "--format", "eml"));

            var before = await PostfixTools.SourceAsync(port, connections, reference, mail.Output.Length);
            var first = FirstSentAsync(database, stop);
            var ours = await MeasuredProcess.RunAsync(MeasuredProcess.Worker(own.Folder, settings, "digest", "send"));
            var firstAfter = await first;
            var after = await PostfixTools.SourceAsync(port, connections, reference, mail.Output.Length);
            await SeeThatAllWereSentAsync(database, count, stop);

            var source = (before.Rate(reference) + after.Rate(reference)) / 2;
            Console.WriteLine($"{count:N0} readers, {connections} connections, about {mail.Output.Length:N0} bytes a mail, DKIM {dkim}, " +
                $"{own.Options.Provider}");
            Console.WriteLine($"smtp-source {before.Rate(reference):N0} and {after.Rate(reference):N0} messages/s, " +
                $"{before.MicrosecondsEach(reference):N0} and {after.MicrosecondsEach(reference):N0} us of CPU each");
            Console.WriteLine($"ours {ours.Rate(count):N0} messages/s ({ours.Rate(count) / source:N2} of smtp-source), " +
                $"{ours.MicrosecondsEach(count):N0} us of CPU each, peak {ours.PeakBytes / 1e6:N0} MB, " +
                $"{ours.Time.TotalSeconds:N1} s in all, the first message sent after {firstAfter.TotalSeconds:N2} s");
            return 0;
        }
        finally
        {
            sink.Kill();
        }
    }

    private static byte[] PrivateKey(string dkim)
    {
        if (dkim == "rsa")
        {
            using var rsa = RSA.Create(2048);
            return Encoding.ASCII.GetBytes(rsa.ExportRSAPrivateKeyPem());
        }

        using var ed25519 = Key.Create(
            SignatureAlgorithm.Ed25519, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        return ed25519.Export(KeyBlobFormat.PkixPrivateKeyText);
    }

    private static Dictionary<string, string> Settings(int port, int connections) => new()
    {
        ["Site__PublicUrl"] = "https://papers.example.org",
        ["Site__PostalAddress"] = "Papers Daily, 1 Harbour Lane, Exampleton",
        ["Mail__From"] = "digest@papers.example.org",
        ["Mail__BounceAddress"] = "bounces@papers.example.org",
        ["Mail__Transport"] = "Smtp",
        ["Mail__Smtp__0__Host"] = "127.0.0.1",
        ["Mail__Smtp__0__Port"] = port.ToString(CultureInfo.InvariantCulture),
        ["Mail__Smtp__0__Security"] = "None",
        ["Mail__Smtp__0__Connections"] = connections.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>How long after now the ledger has the first digest as sent.</summary>
    private static async Task<TimeSpan> FirstSentAsync(Database database, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        while (await database.ReadAsync(
            session => session.SingleAsync<long>("SELECT COALESCE(SUM(sent), 0) FROM mailings"), stop) == 0)
        {
            await Task.Delay(10, stop);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task SeeThatAllWereSentAsync(Database database, int count, CancellationToken stop)
    {
        var ledger = new Ledger(database, new DeliveryOptions(), TimeProvider.System);
        var sent = (await ledger.StatusAsync(null, 10, stop)).Sum(mailing => mailing.Sent);
        if (sent != count)
        {
            throw new InvalidOperationException($"Of {count} digests {sent} were sent.");
        }
    }
}
