using System.CommandLine;
using System.Security.Cryptography;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using TrendingMail.Messages.Dkim;

namespace TrendingMail.Benchmarks.Messages;

/// <summary>
/// <c>render</c>: the cost of composing a digest individually and in bulk, unsigned and signed. Measures the CPU time
/// of the process, which other load on the machine affects little.
/// </summary>
internal static class RenderBenchmark
{
    private const int Rounds = 5;

    private static readonly Option<int> Profiles = new("--profiles")
    {
        Description = "Number of distinct selections of papers",
        DefaultValueFactory = _ => 5_000,
    };

    private static readonly Option<int> Subscribers = new("--subscribers")
    {
        Description = "Number of subscribers",
        DefaultValueFactory = _ => 100_000,
    };

    private static readonly Option<int> Papers = new("--papers")
    {
        Description = "Papers in each digest",
        DefaultValueFactory = _ => 25,
    };

    private static readonly Option<string> Templates = new("--templates")
    {
        Description = "The templates folder",
        DefaultValueFactory = _ => "templates",
    };

    public static Command Create()
    {
        var command = new Command("render", "Time and memory to compose a digest message") { Profiles, Subscribers,
            Papers, Templates };
        command.SetAction(arguments => Run(
            arguments.GetValue(Profiles), arguments.GetValue(Subscribers), arguments.GetValue(Papers),
            arguments.GetValue(Templates)!));
        return command;
    }

    private static int Run(int profiles, int subscribers, int papers, string templates)
    {
        using var rsa = RSA.Create(2048);
        using var ed25519 = Key.Create(
            SignatureAlgorithm.Ed25519, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        var unsigned = new BulkComposerFixture(templates, profiles, subscribers, papers, []);
        var rsaSigned = new BulkComposerFixture(templates, profiles, subscribers, papers,
            [("rsa", DkimAlgorithm.RsaSha256, rsa.ExportPkcs8PrivateKeyPem())]);
        var ed25519Signed = new BulkComposerFixture(templates, profiles, subscribers, papers,
            [("ed", DkimAlgorithm.Ed25519Sha256, Text(ed25519.Export(KeyBlobFormat.PkixPrivateKeyText)))]);

        var heap = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var fixture in new[] { rsaSigned, ed25519Signed, unsigned })
        {
            var (start, bytes, size) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread(), 0L);
            for (var i = 0; i < profiles; i++)
            {
                using var mail = fixture.Compose(i);
                size += mail.Message.Length;
            }

            Console.WriteLine(
                $"{profiles:N0} variants of {size / profiles:N0} bytes, including the first message of each: " +
                $"{(Environment.CpuUsage.TotalTime - start).TotalMicroseconds / profiles:N0} us and " +
                $"{(GC.GetAllocatedBytesForCurrentThread() - bytes) / profiles:N0} bytes each");
        }

        var heldBytes = (GC.GetTotalMemory(forceFullCollection: true) - heap) / 3;
        Console.WriteLine($"memory for variants, blocks and digests: {heldBytes / 1e6:N0} MB");

        var signedCount = Math.Min(subscribers, 5_000);
        var hash = RandomNumberGenerator.GetBytes(32);
        var body = RandomNumberGenerator.GetBytes(30 << 10);
        var signature = new byte[256];
        var seed = new Ed25519PrivateKeyParameters(new SecureRandom());
        var measures = new Measure[]
        {
            new("individually, unsigned", 100, i => unsigned.ComposeIndividually(i).Dispose()),
            new("in bulk, unsigned", subscribers, i => unsigned.Compose(i).Dispose()),
            new("in bulk, RSA-2048", signedCount, i => rsaSigned.Compose(i).Dispose()),
            new("in bulk, Ed25519", signedCount, i => ed25519Signed.Compose(i).Dispose()),
            new("RSA-2048 signature only", signedCount,
                _ => rsa.SignHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            new("Ed25519 signature only", signedCount,
                _ => SignatureAlgorithm.Ed25519.Sign(ed25519, hash, signature.AsSpan(0, 64))),
            new("Ed25519 by BouncyCastle only", 500, _ => seed.Sign(
                Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, hash, 0, hash.Length, signature, 0)),
            new("SHA-256 of 30 KB", signedCount, _ => SHA256.HashData(body, signature)),
        };
        for (var round = 0; round <= Rounds; round++)
        {
            // Interleaved, so that other load affects all measures alike. The first round is a warm-up.
            foreach (var measure in measures)
            {
                measure.Run(keep: round > 0);
            }
        }

        var rsaAlone = measures[4].Median;
        foreach (var measure in measures)
        {
            Console.WriteLine(
                $"{measure.Name,-32}{measure.Median,9:N1} us  ({measure.Times.Min():N1} to {measure.Times.Max():N1})" +
                $"{measure.Allocated,10:N0} bytes  {measure.Median / rsaAlone,7:N3} x RSA alone");
        }

        Console.WriteLine($"in bulk with RSA, relative to RSA alone, by round: {Ratios(measures[2], measures[4])}");
        Console.WriteLine($"in bulk with Ed25519, relative to RSA alone, by round: {Ratios(measures[3], measures[4])}");
        return 0;
    }

    private static string Ratios(Measure one, Measure other) =>
        string.Join(", ", one.Times.Zip(other.Times, (a, b) => $"{a / b:N3}"));

    private static string Text(byte[] ascii) => System.Text.Encoding.ASCII.GetString(ascii);

    private sealed class Measure(string name, int times, Action<int> action)
    {
        public string Name => name;

        public List<double> Times { get; } = [];

        public double Allocated { get; private set; }

        public double Median => Times.Order().ElementAt(Times.Count / 2);

        public void Run(bool keep)
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var start = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < times; i++)
            {
                action(i);
            }

            var time = (Environment.CpuUsage.TotalTime - start).TotalMicroseconds / times;
            if (keep)
            {
                Times.Add(time);
                Allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / times;
            }
        }
    }
}
