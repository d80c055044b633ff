namespace TrendingMail.SystemTests.Delivery;

/// <summary>Sending while the mail server is down.</summary>
public sealed class PostfixOutageTests
{
    private const string Subscriber = "subscriber@example.org";

    /// <summary>Long enough for the one-minute cooldown after a server was unreachable.</summary>
    private static readonly TimeSpan ServerCooldown = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task MailWaitsForTheServerAndIsThenSentOnce()
    {
        await using var postfix = await PostfixServer.CreateAsync();
        await using var app = new TestApp();
        postfix.ConfigureSmtp(app);
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        (await app.RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date", today)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", today)).EnsureSuccess();
        (await app.RunAsync("subscribers", "add", Subscriber, "--confirmed")).EnsureSuccess();

        await postfix.StopAsync();
        var send = await app.RunAsync("digest", "send");
        Assert.Equal(1, send.ExitCode);
        Assert.Matches($@"\ANot all mail was sent: .*127\.0\.0\.1:{postfix.Port}.*\n\z", send.Errors);
        Assert.Equal(1, await CountWaitingAsync(app));

        await postfix.StartAsync();
        await using var program = await app.ServeAsync();
        await postfix.WaitForMessageAsync(Subscriber, "welcome-", ServerCooldown);
        await postfix.WaitForMessageAsync(Subscriber, "daily-", ServerCooldown);

        await program.SignalAsync("TERM");
        Assert.Equal(0, (await program.WaitForExitAsync()).ExitCode);
        Assert.Equal(2, postfix.ReceivedMessages().Count);
        Assert.Equal(0, await CountWaitingAsync(app));
    }

    /// <summary>The number of digests still queued or deferred.</summary>
    private static async Task<int> CountWaitingAsync(TestApp app)
    {
        var counts = (await app.JsonAsync("digest", "status")).EnumerateArray().Single().GetProperty("counts");
        return counts.GetProperty("queued").GetInt32() + counts.GetProperty("deferred").GetInt32();
    }
}
