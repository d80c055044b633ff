using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using TrendingMail.Benchmarks.Search;

namespace TrendingMail.Benchmarks.Pages;

/// <summary><c>pages</c>: the cost of rendering an edition's page, and the throughput when it is cached.</summary>
internal static class PagesBenchmark
{
    private const int Connections = 64;

    private const int UncachedRequests = 200;

    private const string Seconds = "3";

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = $"Number of {Seconds}-second runs per URL",
        DefaultValueFactory = _ => 5,
    };

    public static Command Create()
    {
        var command = new Command(
            "pages", "The front page and a day's page, uncached and under wrk, compared with an empty " +
                "endpoint") { Rounds };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(Rounds), stop));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, CancellationToken stop)
    {
        await using var program = await ServedProgram.StartAsync(
            new PaperFactory(new Vocabulary(60_000, seed: 1), 100_000), stop);
        await using var empty = await EmptyEndpoint.StartAsync(stop);
        (string Name, Uri Address)[] pages =
        [
            ("/", program.Url),
            ("/papers/{date}", new Uri(program.Url, $"/papers/{ServedProgram.LastDay:yyyy-MM-dd}")),
        ];
        foreach (var (name, address) in pages.Concat(pages))
        {
            // The first time warms up the program; it shows the cost of a page right after a start.
            Console.WriteLine($"{name,-16} uncached: {await MeasureUncachedAsync(address, stop)}");
        }

        var rates = new Dictionary<string, List<double>>();
        for (var round = -1; round < rounds; round++)
        {
            // Interleaved, so that load on the machine affects all of them. The first round warms up.
            foreach (var (name, address) in pages.Prepend(("empty endpoint", empty.Url)))
            {
                var rate = await MeasureThroughputAsync(address, stop);
                if (round >= 0)
                {
                    (rates.TryGetValue(name, out var known) ? known : rates[name] = []).Add(rate);
                }
            }
        }

        var reference = rates["empty endpoint"];
        foreach (var (name, all) in rates)
        {
            var shares = all.Select((rate, i) => rate / reference[i]).Order().ToArray();
            Console.WriteLine($"{name,-16} {all.Order().ElementAt(all.Count / 2),8:N0} requests/s, " +
                $"{shares[shares.Length / 2]:N2} of the empty endpoint ({shares[0]:N2} to {shares[^1]:N2})");
        }

        return 0;
    }

    /// <summary>
    /// Sequential requests, each for a variant not requested before, so that none is served from the cache.
    /// </summary>
    private static async Task<string> MeasureUncachedAsync(Uri address, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
        var times = new List<double>();
        var bytes = 0;
        for (var i = 0; i < UncachedRequests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", $"br, x{Guid.NewGuid():N}");
            var start = Stopwatch.GetTimestamp();
            using var response = await http.SendAsync(request, stop);
            bytes = (await response.Content.ReadAsByteArrayAsync(stop)).Length;
            if (response.StatusCode != HttpStatusCode.OK || response.Headers.Age is not null)
            {
                throw new TrendingMailException(
                    $"{address} answered {(int)response.StatusCode} or from the cache; nothing was measured.");
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return $"median {times[times.Count / 2]:N2} ms, 99% {times[times.Count * 99 / 100]:N2} ms ({bytes:N0} bytes compressed)";
    }

    private static async Task<double> MeasureThroughputAsync(Uri address, CancellationToken stop)
    {
        var output = await ServedProgram.RunAsync("wrk",
            ["-t1", $"-c{Connections}", $"-d{Seconds}s", "-H", "Accept-Encoding: br", address.AbsoluteUri], null, null,
            stop);
        var line = output.Split('\n').Single(line => line.StartsWith("Requests/sec:", StringComparison.Ordinal));
        return output.Contains("Non-2xx", StringComparison.Ordinal)
            ? throw new TrendingMailException($"{address} answered with errors:\n{output}")
            : double.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
