namespace TrendingMail.SystemTests.Delivery;

/// <summary>
/// Sending while the delivery queue cannot be written: no message is sent whose outcome cannot be recorded, outcomes of
/// messages already accepted are recorded afterwards, and the running program recovers without intervention.
/// </summary>
public sealed class DatabaseFaultTests
{
    private const int Subscribers = 400;

    private const int Connections = 2;

    private static readonly TimeSpan ServerDelay = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFullDiskPausesDeliveryUntilThereIsSpace()
    {
        await using var server = new CountingSmtpServer(ServerDelay);
        await using var app = new TestApp();
        DeliveryScenario.ConfigureSmtp(server, app, Connections);
        await using var disk = await SmallDisk.MountAsync(Path.Combine(app.Folder, "data"), megabytes: 24);
        await DeliveryScenario.PublishAsync(app, Subscribers);
        await DeliveryScenario.QueueAsync(app);

        await using var program = await app.ServeAsync();
        await server.WaitForCountAsync(20).WaitAsync(Limit, Stop);
        disk.Fill();
        await WaitForReportAsync(program, "cannot grow: the disk is full");
        await AssertNothingIsSentAsync(server);
        disk.FreeSpace();

        await AssertAllArriveOnceAsync(server, app);
    }

    [Fact]
    public async Task ADatabaseLockedForThirtySecondsPausesDeliveryUntilItIsReleased()
    {
        await using var server = new CountingSmtpServer(ServerDelay);
        await using var app = new TestApp();
        DeliveryScenario.ConfigureSmtp(server, app, Connections);
        await DeliveryScenario.PublishAsync(app, Subscribers);
        await DeliveryScenario.QueueAsync(app);

        await using var program = await app.ServeAsync();
        await server.WaitForCountAsync(20).WaitAsync(Limit, Stop);
        await using (var other = await DeliveryScenario.OpenAsync(app))
        {
            await using var transaction = other.BeginTransaction();
            var lockDuration = Task.Delay(LockDuration, Stop);
            await WaitForReportAsync(program, "is locked by another program");
            await AssertNothingIsSentAsync(server);
            await lockDuration;
        }

        await AssertAllArriveOnceAsync(server, app);
    }

    [Fact]
    public async Task AReadOnlyDatabaseSendsNothingAndIsReported()
    {
        await using var server = new CountingSmtpServer(ServerDelay);
        await using var app = new TestApp();
        DeliveryScenario.ConfigureSmtp(server, app, Connections);
        await using var disk = await SmallDisk.MountAsync(Path.Combine(app.Folder, "data"), megabytes: 24);
        await DeliveryScenario.PublishAsync(app, Subscribers);
        await DeliveryScenario.QueueAsync(app);

        await disk.SetReadOnlyAsync(true);
        var sent = await app.RunAsync("digest", "send");
        Assert.Equal(1, sent.ExitCode);
        Assert.Contains("trendingmail.db can", sent.Errors, StringComparison.Ordinal);
        Assert.Equal(0, server.Count);
        await disk.SetReadOnlyAsync(false);

        (await app.RunAsync("digest", "send")).EnsureSuccess();
        await AssertAllArriveOnceAsync(server, app);
    }

    private static Task WaitForReportAsync(Child program, string text) =>
        Until.TrueAsync($"the program reports '{text}'", Limit, () =>
        program.Errors.Contains(text, StringComparison.Ordinal) ||
        program.Output.Contains(text, StringComparison.Ordinal));

    /// <summary>Messages in flight may complete; then none arrives for a second, instead of 200.</summary>
    private static async Task AssertNothingIsSentAsync(CountingSmtpServer server)
    {
        var count = server.Count;
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        Assert.InRange(server.Count, count, count + Connections);
        Assert.NotEqual(Subscribers, server.Count);
    }

    private static async Task AssertAllArriveOnceAsync(CountingSmtpServer server, TestApp app)
    {
        await Until.FoundAsync("all deliveries are recorded as sent", Limit, async () =>
            await DeliveryScenario.CountAsync(app, "sent") == Subscribers ? "yes" : null);
        Assert.Equal(Subscribers, server.Accepted.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Subscribers, server.Count);
    }
}
