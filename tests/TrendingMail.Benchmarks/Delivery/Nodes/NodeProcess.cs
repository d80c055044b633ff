using System.Diagnostics;
using System.Globalization;

namespace TrendingMail.Benchmarks.Delivery.Nodes;

/// <summary>A node's totals since its start, from its <c>/metrics</c>.</summary>
/// <param name="Sent">Messages sent.</param>
/// <param name="CommitSeconds">Total duration of the delivery queue's state transactions.</param>
/// <param name="StateChanges">State changes that they wrote.</param>
/// <param name="ExchangeSeconds">Total duration of all SMTP dialogues.</param>
internal sealed record NodeMetrics(
    double Sent, double Commits, double CommitSeconds, double StateChanges, double ExchangeSeconds, TimeSpan CpuTime)
{
    public static NodeMetrics operator -(NodeMetrics later, NodeMetrics earlier) => new(
        later.Sent - earlier.Sent, later.Commits - earlier.Commits, later.CommitSeconds - earlier.CommitSeconds,
        later.StateChanges - earlier.StateChanges, later.ExchangeSeconds - earlier.ExchangeSeconds,
        later.CpuTime - earlier.CpuTime);
}

/// <summary>
/// The program as a node. Uses the verb <c>run</c> in all roles, for its metrics. Can be killed and restarted.
/// </summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly HttpClient Http = new();

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly ProcessStartInfo start;
    private readonly Uri url;
    private readonly Uri management;
    private Process process;
    private Task<string[]> output;

    public NodeProcess(string folder, IReadOnlyDictionary<string, string> settings)
    {
        url = new Uri($"http://127.0.0.1:{PostfixTools.FreePort()}");
        management = new Uri($"http://127.0.0.1:{PostfixTools.FreePort()}");
        start = MeasuredProcess.CreateStartInfo(
            folder,
            settings.Append(new("Urls", url.GetLeftPart(UriPartial.Authority)))
                .Append(new("ManagementUrls", management.GetLeftPart(UriPartial.Authority))),
            "run");
        (process, output) = Start();
    }

    /// <summary>Kills the process (SIGKILL).</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Restart()
    {
        process.Dispose();
        (process, output) = Start();
    }

    /// <summary>Waits until the node is running.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        for (var startedAt = Stopwatch.GetTimestamp(); !await RespondsAsync(stop); await Task.Delay(PollInterval, stop))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(startedAt) > StartTimeout)
            {
                Kill();
                throw new InvalidOperationException($"A node did not start:\n{string.Concat(await output)}");
            }
        }
    }

    public async Task<NodeMetrics> ReadAsync(CancellationToken stop)
    {
        var lines = (await Http.GetStringAsync(new Uri(management, "/metrics"), stop)).Split('\n');
        double Sum(string name, string label = "") => lines
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' '
                && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(
                line[Math.Max(line.LastIndexOf('}') + 1, name.Length)..].Trim().Split(' ')[0],
                CultureInfo.InvariantCulture));
        return new NodeMetrics(
            Sum("trendingmail_deliveries_total", "state=\"sent\""),
            Sum("trendingmail_delivery_queue_commit_duration_seconds_count"),
            Sum("trendingmail_delivery_queue_commit_duration_seconds_sum"),
            Sum("trendingmail_delivery_queue_commit_changes_sum"),
            Sum("trendingmail_smtp_exchange_duration_seconds_sum"),
            ProcStat.Read(process.Id)!.CpuTime);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private (Process Process, Task<string[]> Output) Start()
    {
        var program = MeasuredProcess.Start(start);
        return (program, Task.WhenAll(program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync()));
    }

    private async Task<bool> RespondsAsync(CancellationToken stop)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(url, "/healthz/live"), stop);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
