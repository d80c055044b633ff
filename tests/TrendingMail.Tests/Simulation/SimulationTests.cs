using TrendingMail.Benchmarks.Simulation;

namespace TrendingMail.Tests.Simulation;

public sealed class SimulationTests
{
    private static readonly ServiceTimes Times = new();

    [Fact]
    public void EveryDigestIsEitherSentOrWaitingAtAnyTime()
    {
        var scenario = new Scenario
        {
            Nodes = 3, Subscribers = 5000, CrashInterval = 0.5, RecoveryAfter = 3, RestartAfter = 0.4,
            Providers = [new(0.8), new(0.2, Allowed: 300)], Waves = [new(0, 0.5), new(1, 0.5)],
        };
        var run = new DeliverySimulation(scenario, Times);
        for (var second = 0; second < 100; second++)
        {
            run.Run(until: second);
            Assert.Equal(scenario.Subscribers, run.Sent + run.Unsent);
        }

        run.Run();

        Assert.Equal((scenario.Subscribers, 0, 0), (run.Sent, run.Unsent, run.Undelivered));
        Assert.InRange(run.Crashes, 1, 10_000);
        Assert.InRange(run.Duplicates, 1, run.Crashes * scenario.Connections);
    }

    [Fact]
    public void WithoutCrashesNothingIsSentTwice()
    {
        var run = Finished(new Scenario { Nodes = 4, Subscribers = 20_000 });

        Assert.Equal((20_000, 0, 0), (run.Sent, run.Duplicates, run.Undelivered));
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        var scenario = new Scenario
        {
            Nodes = 2, Subscribers = 3000, CrashInterval = 1, RecoveryAfter = 2,
            RestartAfter = 1, Seed = 7
        };
        var (one, two, other) = (Finished(scenario), Finished(scenario), Finished(scenario with { Seed = 8 }));

        Assert.Equal((one.LastAt, one.Duplicates, one.Crashes), (two.LastAt, two.Duplicates, two.Crashes));
        Assert.NotEqual(one.LastAt, other.LastAt);
    }

    [Fact]
    public void TheCoresLimitTheThroughput()
    {
        var run = Finished(new Scenario { Nodes = 4, Subscribers = 20_000, Cores = 2 });
        var used = run.Nodes.Sum(node => node.CpuSeconds) + run.Database.CpuSeconds + run.Relay.CpuSeconds;

        Assert.InRange(used / run.LastAt, 1.5, 2);
    }

    [Fact]
    public void WithoutOtherCostsTheSmtpDialoguesLimitTheThroughput()
    {
        var nothing = new ServiceTimes
        {
            NodeMessage = 0, NodeTransaction = 0, DatabaseStateChange = 0, DatabaseTransaction = 0,
            ClaimTransaction = 0,
            ClaimDelivery = 0, PlanNode = 0, PlanDatabase = 0, RelayMessage = 0, RoundTrip = 0, Flush = 0, WalBytes = 0,
            Dialogue = 100_000, DialogueSpread = 0,
        };
        var run = new DeliverySimulation(new Scenario { Nodes = 2, Connections = 10, Subscribers = 20_000 }, nothing);
        run.Run();

        // 20 connections, 0.1 s per message, and at most 4 ms until a transaction records the outcome.
        Assert.InRange(run.LastAt, 100, 105);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void AConfiguredProviderLimitDeterminesTheDuration(double rate)
    {
        var run = Finished(
            new Scenario
            {
                Subscribers = 4000, Nodes = 2,
                Providers = [new(0.5), new(0.5, rate * 2, Configured: rate)]
            });

        Assert.Equal(2000 / rate, run.LastAt, 0.15 * 2000 / rate);
        Assert.Equal(0, run.Relay.Deferrals);
    }

    [Fact]
    public void ADeferringProviderIsThrottledAlone()
    {
        var run = Finished(new Scenario { Subscribers = 4000, Providers = [new(0.9), new(0.1, Allowed: 10)] });

        Assert.InRange(run.Relay.Deferrals, 1, 400);
        Assert.InRange(run.DelayQuantile(0.85), 0, 20);
        Assert.InRange(run.LastAt, 200, double.MaxValue);
        Assert.Equal(0, run.Undelivered);
    }

    [Fact]
    public void EachTimeZoneGetsItsOwnWave()
    {
        var waves = Scenario.ByZone([(1, 0.5), (-8, 0.25), (5.5, 0.25)], [(420, 0.6), (480, 0.4)]);

        Assert.Equal([90, 150, 360, 420, 900, 960], waves.Select(wave => wave.Minute));
        Assert.Equal(1, waves.Sum(wave => wave.Share), 1e-9);
        Assert.Equal(0.3, waves.Single(wave => wave.Minute == 360).Share, 1e-9);
    }

    private static DeliverySimulation Finished(Scenario scenario)
    {
        var run = new DeliverySimulation(scenario, Times);
        run.Run();
        return run;
    }
}
