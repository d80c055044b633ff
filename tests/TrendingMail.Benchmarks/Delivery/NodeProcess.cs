using System.Diagnostics;
using System.Globalization;

namespace TrendingMail.Benchmarks.Delivery;

/// <summary>What a node has done since it was started, as its <c>/metrics</c> tell.</summary>
/// <param name="Sent">Messages.</param>
/// <param name="CommitSeconds">The time of all of the ledger's transactions of outcomes together.</param>
/// <param name="Entries">Marks and outcomes that they wrote.</param>
/// <param name="ExchangeSeconds">The time of all messages' dialogues together.</param>
internal sealed record NodeFigures(
    double Sent, double Commits, double CommitSeconds, double Entries, double ExchangeSeconds, TimeSpan Processor)
{
    public static NodeFigures operator -(NodeFigures later, NodeFigures earlier) => new(
        later.Sent - earlier.Sent, later.Commits - earlier.Commits, later.CommitSeconds - earlier.CommitSeconds,
        later.Entries - earlier.Entries, later.ExchangeSeconds - earlier.ExchangeSeconds, later.Processor - earlier.Processor);
}

/// <summary>The program as a node: <c>run</c>, in both roles, for its metrics. Can be killed and started again.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly HttpClient Http = new();

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly ProcessStartInfo start;
    private readonly Uri url;
    private Process process;
    private Task<string[]> output;

    public NodeProcess(string folder, IReadOnlyDictionary<string, string> settings)
    {
        url = new Uri($"http://127.0.0.1:{PostfixTools.FreePort()}");
        start = MeasuredProcess.Worker(
            folder, settings.Append(new("Urls", url.GetLeftPart(UriPartial.Authority))), "run");
        (process, output) = Start();
    }

    /// <summary>Kills it (SIGKILL), wherever it is.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void StartAgain()
    {
        process.Dispose();
        (process, output) = Start();
    }

    /// <summary>Ends when it is at work.</summary>
    public async Task ReadyAsync(CancellationToken stop)
    {
        for (var began = Stopwatch.GetTimestamp(); !await AnswersAsync(stop); await Task.Delay(Interval, stop))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > LongestStart)
            {
                Kill();
                throw new InvalidOperationException($"A node did not start:\n{string.Concat(await output)}");
            }
        }
    }

    public async Task<NodeFigures> ReadAsync(CancellationToken stop)
    {
        var lines = (await Http.GetStringAsync(new Uri(url, "/metrics"), stop)).Split('\n');
        double Sum(string name, string label = "") => lines
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' '
                && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(
                line[Math.Max(line.LastIndexOf('}') + 1, name.Length)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        return new NodeFigures(
            Sum("trendingmail_deliveries_total", "state=\"sent\""),
            Sum("trendingmail_ledger_commit_duration_seconds_count"), Sum("trendingmail_ledger_commit_duration_seconds_sum"),
            Sum("trendingmail_ledger_commit_entries_sum"), Sum("trendingmail_smtp_exchange_duration_seconds_sum"),
            ProcStat.Of(process.Id)!.Processor);
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

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url, "/healthz/live"), stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
