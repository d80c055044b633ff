using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using TrendingMail.Storage;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>
/// <c>deliver</c>: sends an edition to many subscribers through Postfix's smtp-sink, compared with Postfix's
/// smtp-source, which sends the same message repeatedly.
/// </summary>
internal static class DeliverBenchmark
{
    private static readonly Option<int> Count = new("--subscribers")
    {
        Description = "Number of subscribers",
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

    private static readonly Option<int> ReferenceMessages = new("--reference")
    {
        Description = "Number of messages that smtp-source sends before and after",
        DefaultValueFactory = _ => 30_000,
    };

    public static Command Create()
    {
        Dkim.AcceptOnlyFromAmong("none", "rsa", "ed25519");
        var command = new Command("deliver", "Send an edition to many subscribers, compared with smtp-source")
        {
            Count, Connections, Dkim, ReferenceMessages, BenchmarkDatabase.Server,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(Count), arguments.GetValue(Connections), arguments.GetValue(Dkim)!,
            arguments.GetValue(ReferenceMessages), arguments.GetValue(BenchmarkDatabase.Server), stop));
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
            var settings = own.EnvironmentVariables.Concat(Settings(port, connections)).ToDictionary();
            if (dkim != "none")
            {
                var file = Path.Combine(own.Folder, "dkim.pem");
                await File.WriteAllBytesAsync(file, PrivateKey(dkim), stop);
                settings["Mail__Dkim__0__Algorithm"] = dkim == "rsa" ? "RsaSha256" : "Ed25519Sha256";
                settings["Mail__Dkim__0__Domain"] = "papers.example.org";
                settings["Mail__Dkim__0__Selector"] = "test";
                settings["Mail__Dkim__0__KeyFile"] = file;
            }

            await BenchmarkSubscribers.AddAsync(database, count, DateTimeOffset.UtcNow, stop);
            await BenchmarkEdition.PublishAsync(database, stop);
            var mail = await MeasuredProcess.RunAsync(
                MeasuredProcess.CreateStartInfo(own.Folder, settings, "digest", "preview", "--format", "eml"));

            var before = await PostfixTools.RunSourceAsync(port, connections, reference, mail.Output.Length);
            var first = FirstSentAsync(database, stop);
            var result = await MeasuredProcess.RunAsync(
                MeasuredProcess.CreateStartInfo(own.Folder, settings, "digest", "send"));
            var firstAfter = await first;
            var after = await PostfixTools.RunSourceAsync(port, connections, reference, mail.Output.Length);
            await VerifyAllSentAsync(own, count, stop);

            var source = (before.Rate(reference) + after.Rate(reference)) / 2;
            Console.WriteLine($"{count:N0} subscribers, {connections} connections, " +
                $"about {mail.Output.Length:N0} bytes per message, DKIM {dkim}, {own.Options.Provider}");
            Console.WriteLine($"smtp-source {before.Rate(reference):N0} and {after.Rate(reference):N0} messages/s, " +
                $"{before.MicrosecondsEach(reference):N0} and {after.MicrosecondsEach(reference):N0} us of CPU each");
            Console.WriteLine(
                $"trendingmail {result.Rate(count):N0} messages/s ({result.Rate(count) / source:N2} of smtp-source), " +
                $"{result.MicrosecondsEach(count):N0} us of CPU each, peak {result.PeakBytes / 1e6:N0} MB, " +
                $"{result.Time.TotalSeconds:N1} s in total, first message sent after {firstAfter.TotalSeconds:N2} s");
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
        ["Deliverability__HoldOnBadFindings"] = "false",
        ["Mail__Smtp__0__Host"] = "127.0.0.1",
        ["Mail__Smtp__0__Port"] = port.ToString(CultureInfo.InvariantCulture),
        ["Mail__Smtp__0__Security"] = "None",
        ["Mail__Smtp__0__Connections"] = connections.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Measures how long it takes from now until the first digest is recorded as sent.</summary>
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

    private static async Task VerifyAllSentAsync(BenchmarkDatabase database, int count, CancellationToken stop)
    {
        var sent = (await database.DeliveryQueue.StatusAsync(null, 10, stop)).Sum(mailing => mailing.Sent);
        if (sent != count)
        {
            throw new InvalidOperationException($"Only {sent} of {count} digests were sent.");
        }
    }
}
