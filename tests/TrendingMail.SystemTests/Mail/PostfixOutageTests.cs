namespace TrendingMail.SystemTests.Mail;

/// <summary>What happens to the mail while its server is down.</summary>
public sealed class PostfixOutageTests
{
    private const string Reader = "reader@example.org";

    /// <summary>A server that could not be reached is left alone for a minute.</summary>
    private static readonly TimeSpan ServerRest = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task MailWaitsForItsServerAndThenLeavesOnce()
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var home = new ProgramHome();
        postfix.Serve(home);
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        (await home.RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", today)).Well();
        (await home.RunAsync("edition", "publish", "--date", today)).Well();
        (await home.RunAsync("subscribers", "add", Reader, "--confirmed")).Well();

        await postfix.StopAsync();
        var send = await home.RunAsync("digest", "send");
        Assert.Equal(1, send.ExitCode);
        Assert.Matches($@"\ANot all mail left: .*127\.0\.0\.1:{postfix.Port}.*\n\z", send.Errors);
        Assert.Equal(1, await WaitingAsync(home));

        await postfix.StartAsync();
        await using var program = await home.ServeAsync();
        await postfix.ArrivalAsync(Reader, "welcome-", ServerRest);
        await postfix.ArrivalAsync(Reader, "daily-", ServerRest);

        await program.SignalAsync("TERM");
        Assert.Equal(0, (await program.EndAsync()).ExitCode);
        Assert.Equal(2, postfix.Arrivals().Count);
        Assert.Equal(0, await WaitingAsync(home));
    }

    /// <summary>How many digests are still to leave.</summary>
    private static async Task<int> WaitingAsync(ProgramHome home)
    {
        var counts = (await home.JsonAsync("digest", "status")).EnumerateArray().Single().GetProperty("counts");
        return counts.GetProperty("queued").GetInt32() + counts.GetProperty("deferred").GetInt32();
    }
}
