using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Cluster;

/// <summary>Scheduled jobs of several nodes that share a PostgreSQL database (Quartz clustering).</summary>
[Collection(nameof(ClusterDeliveryTests))]
public sealed class ClusteredScheduleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The interval at which papers are fetched.</summary>
    private static readonly TimeSpan FetchInterval = TimeSpan.FromSeconds(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AJobRunsOnOneNodeAndIsRestartedOnAnotherWhenThatNodeDies()
    {
        await using var source = new BlockingSource();
        await using var cluster = await TestCluster.CreateAsync(ClusterDatabase.SharedServer, 2, subscribers: 1);
        await using var server = cluster.UseServer(new CountingSmtpServer(TimeSpan.Zero));

        // So that today's edition is not published yet.
        await cluster.Database.ExecuteAsync($"UPDATE editions SET day = '{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}'");
        foreach (var node in cluster.Nodes)
        {
            node.Settings["Papers__Sources__0__Kind"] = "HuggingFace";
            node.Settings["Papers__Sources__0__Url"] = source.Url;
            node.Settings["Papers__FetchCron"] = string.Create(
                CultureInfo.InvariantCulture, $"0/{FetchInterval.Seconds} * * * * ?");
        }

        await using var first = await cluster.Nodes[0].ServeAsync();
        await using var second = await cluster.Nodes[1].ServeAsync();

        // One node fetches at start-up for both; then the schedule applies.
        await Until.TrueAsync("papers have been fetched", Limit, () => source.UserAgents.Any());
        source.Block();
        var firstAgent = await source.WaitForRequestAsync(_ => true).WaitAsync(Limit, Stop);
        var (busy, other) = firstAgent.Contains(cluster.Nodes[0].Url.Authority, StringComparison.Ordinal)
            ? (first, second) : (second, first);

        // However often the trigger fires, no other node starts the job.
        await Task.Delay(FetchInterval, Stop);
        Assert.Single(source.UserAgents);
        await busy.SignalAsync("KILL");
        await busy.WaitForExitAsync();
        var secondAgent = await source.WaitForRequestAsync(agent => agent != firstAgent).WaitAsync(Limit, Stop);

        Assert.Contains(cluster.Nodes[busy == first ? 1 : 0].Url.Authority, secondAgent, StringComparison.Ordinal);
        source.Unblock();
        await other.SignalAsync("TERM");
        Assert.Equal(0, (await other.WaitForExitAsync()).ExitCode);
    }

    /// <summary>A paper source that can withhold its responses.</summary>
    private sealed class BlockingSource : IAsyncDisposable
    {
        private readonly HttpListener listener = new();
        private volatile TaskCompletionSource unblocked = new();
        private readonly ConcurrentQueue<string> userAgents = [];
        private readonly Task serving;

        public BlockingSource()
        {
            Url = $"http://127.0.0.1:{TestApp.FreePort()}/";
            listener.Prefixes.Add(Url);
            listener.Start();
            Unblock();
            serving = ServeAsync();
        }

        public string Url { get; }

        /// <summary>The distinct user agents of the requests received.</summary>
        public IEnumerable<string> UserAgents => userAgents.Distinct();

        public void Unblock() => unblocked.TrySetResult();

        /// <summary>Withholds responses from now on, and clears the recorded requests.</summary>
        public void Block()
        {
            unblocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            userAgents.Clear();
        }

        /// <summary>Waits for a request with a matching user agent, and returns that user agent.</summary>
        public Task<string> WaitForRequestAsync(Func<string, bool> predicate) => Until.FoundAsync(
            "papers are requested", Limit, () => Task.FromResult(userAgents.FirstOrDefault(predicate)));

        public async ValueTask DisposeAsync()
        {
            Unblock();
            listener.Stop();
            await serving;
            listener.Close();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    _ = RespondAsync(await listener.GetContextAsync());
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The listener was stopped.
            }
        }

        private async Task RespondAsync(HttpListenerContext context)
        {
            userAgents.Enqueue(context.Request.UserAgent ?? "");
            await unblocked.Task;
            try
            {
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync("[]"u8.ToArray(), Stop);
                context.Response.Close();
            }
            catch (HttpListenerException)
            {
                // The client was killed.
            }
        }
    }
}
