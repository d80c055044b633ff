using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace TrendingMail.SystemTests.Mail;

/// <summary>Quartz's cluster: what several nodes on one PostgreSQL do by the clock.</summary>
[Collection(nameof(NodesTests))]
public sealed class SharedScheduleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>How often papers are to be asked for.</summary>
    private static readonly TimeSpan Hour = TimeSpan.FromSeconds(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AJobIsOneNodesAndIsBegunAgainOnAnotherWhenThatOneDies()
    {
        await using var source = new SlowSource();
        await using var fleet = await Fleet.CreateAsync(NodeDatabase.SharedServer, 2, readers: 1);
        await using var server = fleet.Serve(new CountingSmtpServer(TimeSpan.Zero));

        // Today's edition is still to be collected.
        await fleet.Database.ExecuteAsync($"UPDATE editions SET day = '{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}'");
        foreach (var node in fleet.Nodes)
        {
            node.Settings["Papers__Sources__0__Kind"] = "HuggingFace";
            node.Settings["Papers__Sources__0__Url"] = source.Url;
            node.Settings["Papers__FetchCron"] = string.Create(CultureInfo.InvariantCulture, $"0/{Hour.Seconds} * * * * ?");
        }

        await using var first = await fleet.Nodes[0].ServeAsync();
        await using var second = await fleet.Nodes[1].ServeAsync();

        // Each looks once at its start; from then on they go by the schedule.
        await Until.TrueAsync("both have looked for papers", Limit, () => source.Askers.Count() == 2);
        source.Hold();
        var worker = await source.AskedByAsync(_ => true).WaitAsync(Limit, Stop);
        var (busy, other) = worker.Contains(fleet.Nodes[0].Url.Authority, StringComparison.Ordinal) ? (first, second) : (second, first);

        // However often the hour strikes, nobody else begins.
        await Task.Delay(Hour, Stop);
        Assert.Single(source.Askers);
        await busy.SignalAsync("KILL");
        await busy.EndAsync();
        var heir = await source.AskedByAsync(agent => agent != worker).WaitAsync(Limit, Stop);

        Assert.Contains(fleet.Nodes[busy == first ? 1 : 0].Url.Authority, heir, StringComparison.Ordinal);
        source.Answer();
        await other.SignalAsync("TERM");
        Assert.Equal(0, (await other.EndAsync()).ExitCode);
    }

    /// <summary>A source of papers that can let who asks wait.</summary>
    private sealed class SlowSource : IAsyncDisposable
    {
        private readonly HttpListener listener = new();
        private volatile TaskCompletionSource answered = new();
        private readonly ConcurrentQueue<string> agents = [];
        private readonly Task serving;

        public SlowSource()
        {
            Url = $"http://127.0.0.1:{ProgramHome.FreePort()}/";
            listener.Prefixes.Add(Url);
            listener.Start();
            Answer();
            serving = ServeAsync();
        }

        public string Url { get; }

        /// <summary>The user agents of all who asked for papers.</summary>
        public IEnumerable<string> Askers => agents.Distinct();

        public void Answer() => answered.TrySetResult();

        /// <summary>From now on who asks waits; who asked before is forgotten.</summary>
        public void Hold()
        {
            answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            agents.Clear();
        }

        /// <summary>The user agent of the first of some who asked.</summary>
        public Task<string> AskedByAsync(Func<string, bool> isMeant) => Until.FoundAsync(
            "someone asks for papers", Limit, () => Task.FromResult(agents.FirstOrDefault(isMeant)));

        public async ValueTask DisposeAsync()
        {
            Answer();
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
                    _ = AnswerAsync(await listener.GetContextAsync());
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // It was stopped.
            }
        }

        private async Task AnswerAsync(HttpListenerContext call)
        {
            agents.Enqueue(call.Request.UserAgent ?? "");
            await answered.Task;
            try
            {
                call.Response.ContentType = "application/json";
                await call.Response.OutputStream.WriteAsync("[]"u8.ToArray(), Stop);
                call.Response.Close();
            }
            catch (HttpListenerException)
            {
                // Who asked was killed.
            }
        }
    }
}
