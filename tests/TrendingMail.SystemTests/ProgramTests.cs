using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace TrendingMail.SystemTests;

/// <summary>Starting, stopping and killing the program.</summary>
public sealed class ProgramTests
{
    private const int Kills = 3;

    private const int SubscribersBeforeKill = 25;

    private const int Concurrency = 4;

    [Fact]
    public async Task AnEmptyFolderIsInitializedAndServed()
    {
        await using var app = new TestApp();

        // Login shells set this variable; it must not be taken for the Mail section.
        app.Settings["MAIL"] = "/var/mail/someone";
        await using var program = await app.ServeAsync();
        await app.WaitForFirstEditionAsync();
        await app.SubscribeAsync("subscriber@example.org");
        await WaitForOutboxAsync(app, "confirmation-*.eml", 1);

        Assert.True(File.Exists(Path.Combine(app.Folder, "data", "trendingmail.db")));
        using var page = await app.Http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Empty(page.Headers.Server);
    }

    [Theory]
    [InlineData("/subscribe", "application/x-www-form-urlencoded")]
    [InlineData("/api/v1/subscribers", "application/json")]
    public async Task ABodyOfUndeclaredLengthIsReadUpToTheLimitOnly(string path, string type)
    {
        await using var app = new TestApp();
        await using var program = await app.ServeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent($"\"{new string('a', 1 << 20)}\"", MediaTypeHeaderValue.Parse(type)),
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task AWorkerServesHealthAndMetricsOnItsOwnAddressAndNoPages()
    {
        await using var app = new TestApp();
        app.Settings["WorkerUrls"] = app.Url.GetLeftPart(UriPartial.Authority);
        await using var program = await app.ServeAsync("run", "--role", "worker");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/"));
    }

    /// <summary>Postfix bounces the message at any other exit code, and a bounce that bounces is lost.</summary>
    [Fact]
    public async Task APipedMessageThatCannotBeProcessedIsKeptByTheMailServer()
    {
        await using var app = new TestApp();
        app.Settings["Database__ConnectionString"] = "Data Source=/proc/none/papers.db";

        Assert.Equal(75, (await app.RunAsync("inbound", "process", "-")).ExitCode);
        Assert.Equal(1, (await app.RunAsync("inbound", "process", app.Folder)).ExitCode);
    }

    [Fact]
    public async Task AnOccupiedPortIsReportedInOneLineWithExitCodeOne()
    {
        await using var app = new TestApp();
        using var other = new TcpListener(IPAddress.Parse(app.Url.Host), app.Url.Port);
        other.Start();

        var result = await app.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches($@"\A.*:{app.Url.Port}.*in use.*\n\z", result.Errors);
    }

    [Fact]
    public async Task AnOccupiedManagementPortIsReportedWithItsSetting()
    {
        await using var app = new TestApp();
        using var other = new TcpListener(IPAddress.Loopback, app.ManagementUrl.Port);
        other.Start();

        var result = await app.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches($@"\A.*:{app.ManagementUrl.Port}.*in use.*ManagementUrls.*\n\z", result.Errors);
    }

    [Fact]
    public async Task LinksWithoutTlsCauseAWarning()
    {
        await using var app = new TestApp();
        app.Settings["Mail__Transport"] = "Smtp";
        app.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        app.Settings["Site__PublicUrl"] = "http://papers.example.org";
        await using var program = await app.ServeAsync();

        await Until.TrueAsync("the warning is logged", TimeSpan.FromMinutes(1), () => program.Output.Contains(
            "Site:PublicUrl is http://papers.example.org", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task AStopSignalExitsCleanly(string signal)
    {
        await using var app = new TestApp();
        await using var program = await app.ServeAsync();

        await program.SignalAsync(signal);

        Assert.Equal("", (await program.WaitForExitAsync()).EnsureSuccess().Errors);
        Assert.DoesNotContain("dbug:", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKilledProgramLeavesAnIntactDatabaseAndLosesNoMail()
    {
        await using var app = new TestApp();
        app.Settings["Security__RateLimits__ConfirmationsPerDomain"] = "0";
        var subscribed = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var program = await app.ServeAsync();
            subscribed = await SubscribeUntilKilledAsync(app, program, subscribed);
            (await app.RunAsync("db", "check")).EnsureSuccess();
        }

        await using var last = await app.ServeAsync();
        await WaitForOutboxAsync(app, "confirmation-*.eml", subscribed);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestApp app, string path)
    {
        using var response = await app.Http.GetAsync(
            new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>Subscribes addresses concurrently, and kills the program meanwhile.</summary>
    /// <returns>The number of accepted sign-ups so far.</returns>
    private static async Task<int> SubscribeUntilKilledAsync(TestApp app, Child program, int subscribed)
    {
        var round = subscribed;
        var enough = subscribed + SubscribersBeforeKill;
        await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async writer =>
        {
            for (var number = 0; ; number++)
            {
                try
                {
                    await app.SubscribeAsync($"subscriber-{round}-{writer}-{number}@example.org");
                }
                catch (HttpRequestException) when (Volatile.Read(ref subscribed) >= enough)
                {
                    return;
                }

                if (Interlocked.Increment(ref subscribed) == enough)
                {
                    await program.SignalAsync("KILL");
                }
            }
        }));
        Assert.NotEqual(0, (await program.WaitForExitAsync()).ExitCode);
        return subscribed;
    }

    private static Task WaitForOutboxAsync(TestApp app, string files, int atLeast) => Until.TrueAsync(
        $"{atLeast} messages {files} are in the outbox", TimeSpan.FromMinutes(1),
        () => Directory.Exists(app.Outbox) && Directory.GetFiles(app.Outbox, files).Length >= atLeast);
}
