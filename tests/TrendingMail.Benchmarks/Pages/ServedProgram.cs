using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using TrendingMail.Benchmarks.Search;

namespace TrendingMail.Benchmarks.Pages;

/// <summary>The program serving a few editions from a folder of its own.</summary>
internal sealed class ServedProgram : IAsyncDisposable
{
    private const int Days = 5;

    private const int PapersPerDay = 17;

    private readonly Process process;

    private readonly DirectoryInfo folder;

    private ServedProgram(Process process, DirectoryInfo folder, Uri url)
    {
        (this.process, this.folder, Url) = (process, folder, url);
    }

    public static DateOnly LastDay { get; } = new(2026, 11, 23);

    public Uri Url { get; }

    public static async Task<ServedProgram> StartAsync(PaperFactory papers, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("trendingmail-benchmark-");
        var file = Path.Combine(folder.FullName, "papers.json");
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(Enumerable.Range(0, Days * PapersPerDay).Select(number =>
        {
            var paper = papers.Create(number);
            return new
            {
                arxiv_id = $"2611.{number:00000}", title = paper.Title, @abstract = paper.Abstract,
                authors = paper.Authors,
                keywords = paper.Keywords, upvotes = paper.Upvotes, comments = 3, stars = 40,
                code_url = "https://example.org/code",
                listed_on = LastDay.AddDays(-number / PapersPerDay).ToString("yyyy-MM-dd", null),
            };
        })), stop);
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var settings = new Dictionary<string, string>
        {
            ["Urls"] = url.GetLeftPart(UriPartial.Authority),
            ["ManagementUrls"] = "",
            ["Papers__Sources__0__Kind"] = "File",
            ["Papers__Sources__0__Path"] = file,
        };
        await RunAsync("dotnet", [Worker, "papers", "import", file], folder, settings, stop);
        for (var day = LastDay.AddDays(1 - Days); day <= LastDay; day = day.AddDays(1))
        {
            await RunAsync("dotnet", [Worker, "edition", "publish", "--date", day.ToString("yyyy-MM-dd", null)], folder,
                settings, stop);
        }

        var program = new ServedProgram(
            Start("dotnet", [Worker, "run", "--role", "web"], folder, settings), folder, url);
        await program.WaitUntilReadyAsync(stop);
        return program;
    }

    /// <summary>Runs a program to completion and returns its output.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, DirectoryInfo? folder, Dictionary<string, string>? settings,
        CancellationToken stop)
    {
        using var process = Start(program, arguments, folder, settings);
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? output
            : throw new TrendingMailException(
                $"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}:\n{output}");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static string Worker => Path.Combine(AppContext.BaseDirectory, "trendingmail.dll");

    private static Process Start(
        string program, IEnumerable<string> arguments, DirectoryInfo? folder, Dictionary<string, string>? settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder?.FullName ?? "",
        };
        foreach (var (key, value) in settings ?? [])
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    private async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var response = await http.GetAsync(new Uri(Url, "/healthz/ready"), stop);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(200, stop);
        }

        throw new TrendingMailException($"The program is not ready at {Url}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
