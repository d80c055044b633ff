using System.Net;
using System.Net.Sockets;

namespace TrendingMail.SystemTests;

/// <summary>The program as its operator starts and ends it.</summary>
public sealed class ConsoleTests
{
    /// <summary>How often the program is killed, and how many readers have subscribed by then.</summary>
    private const int Kills = 3;

    private const int ReadersBeforeKill = 25;

    private const int Writers = 4;

    [Fact]
    public async Task AFreshFolderServesAndGetsItsFiles()
    {
        await using var home = new ProgramHome();

        // A log-in shell sets this, and it is none of the settings of section Mail.
        home.Settings["MAIL"] = "/var/mail/someone";
        await using var program = await home.ServeAsync();
        await home.FirstEditionAsync();
        await home.SubscribeAsync("reader@example.org");
        await OutboxAsync(home, "confirmation-*.eml", 1);

        Assert.True(File.Exists(Path.Combine(home.Folder, "data", "trendingmail.db")));
    }

    [Fact]
    public async Task AWorkerTellsItsHealthAndItsFiguresWhereTheSettingsSayAndServesNoPages()
    {
        await using var home = new ProgramHome();
        home.Settings["WorkerUrls"] = home.Url.GetLeftPart(UriPartial.Authority);
        await using var program = await home.ServeAsync("run", "--role", "worker");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(home, "/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(home, "/"));
    }

    /// <summary>Postfix takes any other code for a refusal, and a bounce that is refused is lost.</summary>
    [Fact]
    public async Task AMailFromAPipeIsKeptByTheServerWhileItCannotBeDealtWith()
    {
        await using var home = new ProgramHome();
        home.Settings["Database__ConnectionString"] = "Data Source=/proc/none/papers.db";

        Assert.Equal(75, (await home.RunAsync("inbound", "process", "-")).ExitCode);
        Assert.Equal(1, (await home.RunAsync("inbound", "process", home.Folder)).ExitCode);
    }

    [Fact]
    public async Task AnOccupiedPortIsOneLineAndExitCodeOne()
    {
        await using var home = new ProgramHome();
        using var other = new TcpListener(IPAddress.Parse(home.Url.Host), home.Url.Port);
        other.Start();

        var ended = await home.RunAsync();

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches($@"\A.*:{home.Url.Port}.*in use.*\n\z", ended.Errors);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task ASignalToStopEndsTheProgramWell(string signal)
    {
        await using var home = new ProgramHome();
        await using var program = await home.ServeAsync();

        await program.SignalAsync(signal);

        Assert.Equal("", (await program.EndAsync()).Well().Errors);
    }

    [Fact]
    public async Task AKilledProgramLeavesItsDatabaseInOrderAndLosesNoMail()
    {
        await using var home = new ProgramHome();
        var subscribed = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var program = await home.ServeAsync();
            subscribed = await SubscribeUntilKilledAsync(home, program, subscribed);
            (await home.RunAsync("db", "check")).Well();
        }

        await using var last = await home.ServeAsync();
        await OutboxAsync(home, "confirmation-*.eml", subscribed);
    }

    /// <summary>Subscribes one reader after the other, from several sides at once, and kills the program amid it.</summary>
    /// <returns>How many were told that they may look into their inbox.</returns>
    private static async Task<HttpStatusCode> StatusAsync(ProgramHome home, string path)
    {
        using var answer = await home.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<int> SubscribeUntilKilledAsync(ProgramHome home, Child program, int subscribed)
    {
        var round = subscribed;
        var enough = subscribed + ReadersBeforeKill;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var number = 0; ; number++)
            {
                try
                {
                    await home.SubscribeAsync($"reader-{round}-{writer}-{number}@example.org");
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
        Assert.NotEqual(0, (await program.EndAsync()).ExitCode);
        return subscribed;
    }

    private static Task OutboxAsync(ProgramHome home, string files, int atLeast) => Until.TrueAsync(
        $"{atLeast} mails {files} are in the outbox", TimeSpan.FromMinutes(1),
        () => Directory.Exists(home.Outbox) && Directory.GetFiles(home.Outbox, files).Length >= atLeast);
}
