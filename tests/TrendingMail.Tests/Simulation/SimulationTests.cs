using TrendingMail.Benchmarks.Simulation;
using Run = TrendingMail.Benchmarks.Simulation.Simulation;

namespace TrendingMail.Tests.Simulation;

public sealed class SimulationTests
{
    private static readonly ServiceTimes Times = new();

    [Fact]
    public void AtEachInstantADigestIsSentOrWaits()
    {
        var scenario = new Scenario
        {
            Nodes = 3, Readers = 5000, DeathEvery = 0.5, RecoveryAfter = 3, RestartAfter = 0.4,
            Providers = [new(0.8), new(0.2, Allowed: 300)], Waves = [new(0, 0.5), new(1, 0.5)],
        };
        var run = new Run(scenario, Times);
        for (var second = 0; second < 100; second++)
        {
            run.Run(until: second);
            Assert.Equal(scenario.Readers, run.Sent + run.Unsent);
        }

        run.Run();

        Assert.Equal((scenario.Readers, 0, 0), (run.Sent, run.Unsent, run.Without));
        Assert.InRange(run.Deaths, 1, 10_000);
        Assert.InRange(run.Copies, 1, run.Deaths * scenario.Lanes);
    }

    [Fact]
    public void WithoutDeathsNobodyGetsItTwice()
    {
        var run = Finished(new Scenario { Nodes = 4, Readers = 20_000 });

        Assert.Equal((20_000, 0, 0), (run.Sent, run.Copies, run.Without));
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        var scenario = new Scenario { Nodes = 2, Readers = 3000, DeathEvery = 1, RecoveryAfter = 2, RestartAfter = 1, Seed = 7 };
        var (one, two, other) = (Finished(scenario), Finished(scenario), Finished(scenario with { Seed = 8 }));

        Assert.Equal((one.LastAt, one.Copies, one.Deaths), (two.LastAt, two.Copies, two.Deaths));
        Assert.NotEqual(one.LastAt, other.LastAt);
    }

    [Fact]
    public void MoreCannotLeaveThanTheCoresHaveTimeFor()
    {
        var run = Finished(new Scenario { Nodes = 4, Readers = 20_000, Cores = 2 });
        var used = run.Nodes.Sum(node => node.Seconds) + run.Database.Seconds + run.Relay.Seconds;

        Assert.InRange(used / run.LastAt, 1.5, 2);
    }

    [Fact]
    public void WhereNothingElseCostsTimeTheDialoguesSetThePace()
    {
        var nothing = new ServiceTimes
        {
            ProgramMessage = 0, ProgramTransaction = 0, DatabaseEntry = 0, DatabaseTransaction = 0, ClaimTransaction = 0,
            ClaimDelivery = 0, PlanProgram = 0, PlanDatabase = 0, RelayMessage = 0, RoundTrip = 0, Flush = 0, LogBytes = 0,
            Dialogue = 100_000, DialogueSpread = 0,
        };
        var run = new Run(new Scenario { Nodes = 2, Lanes = 10, Readers = 20_000 }, nothing);
        run.Run();

        // 20 connections, a tenth of a second a message, and 4 ms at most until a transaction takes its outcome along.
        Assert.InRange(run.LastAt, 100, 105);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void AProviderWithALimitTakesItsReadersByTheirNumberAndItsRate(double rate)
    {
        var run = Finished(new Scenario { Readers = 4000, Nodes = 2, Providers = [new(0.5), new(0.5, rate * 2, Configured: rate)] });

        Assert.Equal(2000 / rate, run.LastAt, 0.15 * 2000 / rate);
        Assert.Equal(0, run.Relay.Deferrals);
    }

    [Fact]
    public void AProviderThatDefersSlowsDownAlone()
    {
        var run = Finished(new Scenario { Readers = 4000, Providers = [new(0.9), new(0.1, Allowed: 10)] });

        Assert.InRange(run.Relay.Deferrals, 1, 400);
        Assert.InRange(run.Lateness(0.85), 0, 20);
        Assert.InRange(run.LastAt, 200, double.MaxValue);
        Assert.Equal(0, run.Without);
    }

    [Fact]
    public void AllZonesHaveBreakfastAtTheirOwnTime()
    {
        var waves = Scenario.ByZone([(1, 0.5), (-8, 0.25), (5.5, 0.25)], [(420, 0.6), (480, 0.4)]);

        Assert.Equal([90, 150, 360, 420, 900, 960], waves.Select(wave => wave.Minute));
        Assert.Equal(1, waves.Sum(wave => wave.Share), 1e-9);
        Assert.Equal(0.3, waves.Single(wave => wave.Minute == 360).Share, 1e-9);
    }

    private static Run Finished(Scenario scenario)
    {
        var run = new Run(scenario, Times);
        run.Run();
        return run;
    }
}
