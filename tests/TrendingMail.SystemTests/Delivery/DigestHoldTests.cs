namespace TrendingMail.SystemTests.Delivery;

/// <summary>
/// An installation whose links still lead to localhost sends no digest until an operator releases it.
/// </summary>
public sealed class DigestHoldTests : IAsyncLifetime
{
    private static readonly TimeSpan SendLimit = TimeSpan.FromMinutes(1);

    private readonly TestApp app = new();

    private readonly CountingSmtpServer server = new(TimeSpan.Zero);

    public async ValueTask InitializeAsync()
    {
        app.Settings.Remove("Deliverability__HoldOnBadFindings");
        DeliveryScenario.ConfigureSmtp(server, app, connections: 1);
        await DeliveryScenario.PublishAsync(app, 3);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task SendingByHandFailsWithTheRemedy()
    {
        var result = await app.RunAsync("digest", "send", "--date", DeliveryScenario.Today);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Set Site:PublicUrl", result.Errors, StringComparison.Ordinal);
        Assert.Contains("'edition release'", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheRunningProgramHoldsDigestsUntilTheyAreReleased()
    {
        await DeliveryScenario.QueueAsync(app);
        await using var program = await app.ServeAsync();
        await Until.TrueAsync("the hold is printed", SendLimit, () =>
            program.Output.Contains("Held", StringComparison.Ordinal));
        var status = (await app.JsonAsync("digest", "status"))[0];
        var queued = await DeliveryScenario.CountAsync(app, "queued");

        var release = await app.JsonAsync("edition", "release", "--date", DeliveryScenario.Today);
        await Until.TrueAsync("the digests are sent", SendLimit, () => server.Accepted.Count(message =>
            message.MessageId.Contains("daily-", StringComparison.Ordinal)) == 3);

        Assert.Equal(["public-url"], status.GetProperty("held_by").EnumerateArray().Select(check => check.GetString()));
        Assert.Equal(3, queued);
        Assert.Equal((true, 3), (
            release.GetProperty("released").GetBoolean(), release.GetProperty("waiting").GetInt32()));
    }
}
