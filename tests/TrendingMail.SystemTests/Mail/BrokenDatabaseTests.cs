namespace TrendingMail.SystemTests.Mail;

/// <summary>
/// What happens to the mail while the ledger cannot be written: nothing leaves that cannot be recorded, what the server took
/// meanwhile is recorded when it can be, and the running program goes on by itself.
/// </summary>
public sealed class BrokenDatabaseTests
{
    private const int Readers = 400;

    private const int Connections = 2;

    private static readonly TimeSpan ServerPause = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LockedFor = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFullDiskStopsTheMailUntilThereIsRoom()
    {
        await using var server = new CountingSmtpServer(ServerPause);
        await using var home = new ProgramHome();
        CrowdQueue.Serve(server, home, Connections);
        await using var disk = await SmallDisk.MountAsync(Path.Combine(home.Folder, "data"), megabytes: 24);
        await CrowdQueue.PublishAsync(home, Readers);
        await CrowdQueue.QueueAsync(home);

        await using var program = await home.ServeAsync();
        await server.ReachedAsync(20).WaitAsync(Limit, Stop);
        disk.Fill();
        await SaysAsync(program, "cannot grow: the disk is full");
        await NothingLeavesAsync(server);
        disk.MakeRoom();

        await AllArriveOnceAsync(server, home);
    }

    [Fact]
    public async Task ADatabaseThatAnotherProgramHoldsForHalfAMinuteStopsTheMailUntilItIsFree()
    {
        await using var server = new CountingSmtpServer(ServerPause);
        await using var home = new ProgramHome();
        CrowdQueue.Serve(server, home, Connections);
        await CrowdQueue.PublishAsync(home, Readers);
        await CrowdQueue.QueueAsync(home);

        await using var program = await home.ServeAsync();
        await server.ReachedAsync(20).WaitAsync(Limit, Stop);
        await using (var other = await CrowdQueue.OpenAsync(home))
        {
            await using var held = other.BeginTransaction();
            var freed = Task.Delay(LockedFor, Stop);
            await SaysAsync(program, "is locked by another program");
            await NothingLeavesAsync(server);
            await freed;
        }

        await AllArriveOnceAsync(server, home);
    }

    [Fact]
    public async Task ADatabaseThatCanOnlyBeReadSendsNothingAndSaysSo()
    {
        await using var server = new CountingSmtpServer(ServerPause);
        await using var home = new ProgramHome();
        CrowdQueue.Serve(server, home, Connections);
        await using var disk = await SmallDisk.MountAsync(Path.Combine(home.Folder, "data"), megabytes: 24);
        await CrowdQueue.PublishAsync(home, Readers);
        await CrowdQueue.QueueAsync(home);

        await disk.SetReadOnlyAsync(true);
        var sent = await home.RunAsync("digest", "send");
        Assert.Equal(1, sent.ExitCode);
        Assert.Contains("trendingmail.db can", sent.Errors, StringComparison.Ordinal);
        Assert.Equal(0, server.Count);
        await disk.SetReadOnlyAsync(false);

        (await home.RunAsync("digest", "send")).Well();
        await AllArriveOnceAsync(server, home);
    }

    private static Task SaysAsync(Child program, string words) => Until.TrueAsync($"the program says '{words}'", Limit, () =>
        program.Errors.Contains(words, StringComparison.Ordinal) || program.Output.Contains(words, StringComparison.Ordinal));

    /// <summary>What had begun may end; after that a second passes without a mail, in which two hundred would have come.</summary>
    private static async Task NothingLeavesAsync(CountingSmtpServer server)
    {
        var count = server.Count;
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        Assert.InRange(server.Count, count, count + Connections);
        Assert.NotEqual(Readers, server.Count);
    }

    private static async Task AllArriveOnceAsync(CountingSmtpServer server, ProgramHome home)
    {
        await Until.FoundAsync("the ledger has all as sent", Limit, async () =>
            await CrowdQueue.CountAsync(home, "sent") == Readers ? "yes" : null);
        Assert.Equal(Readers, server.Taken.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Readers, server.Count);
    }
}
