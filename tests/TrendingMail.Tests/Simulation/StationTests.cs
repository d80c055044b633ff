using TrendingMail.Benchmarks.Simulation;

namespace TrendingMail.Tests.Simulation;

/// <summary>The simulator's queue against what queueing theory says of it.</summary>
public sealed class StationTests
{
    private const int Customers = 200_000;

    private readonly Timeline timeline = new();
    private readonly Random random = new(1);

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void RandomArrivalsWaitAsLongAtRandomServiceAsTheFormulaOfMM1Says(double load)
    {
        var station = new Station(timeline, "server", 1);
        var wait = MeanWait(station, load, () => Exponential(1));

        Assert.Equal(load / (1 - load), wait, 0.05 * load / (1 - load));
        Assert.Equal(load, station.Utilisation, 0.01);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void RandomArrivalsWaitHalfAsLongAtConstantService(double load) =>
        Assert.Equal(load / (2 * (1 - load)), MeanWait(new Station(timeline, "server", 1), load, () => 1), 0.05 * load / (1 - load));

    [Fact]
    public void TwoServersWaitAsLongAsTheFormulaOfErlangSays()
    {
        // M/M/2 at a load of 0.8 each: the mean wait is load^2 / (1 - load^2) of a service.
        var wait = MeanWait(new Station(timeline, "servers", 2), 1.6, () => Exponential(1));

        Assert.Equal(0.64 / 0.36, wait, 0.1);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void ACoreThatIsSharedKeepsAJobAsLongAsTheFormulaSays(double load)
    {
        // M/G/1 with processor sharing: the mean time is that of M/M/1 whatever the jobs are like; here they are all alike.
        var core = new Cores(timeline, "core", 1);
        var (come, spent) = (0, 0.0);
        void Come()
        {
            var since = timeline.Now;
            core.Use(1, () => spent += timeline.Now - since);
            if (++come < Customers)
            {
                timeline.After(Exponential(1 / load), Come);
            }
        }

        timeline.After(0, Come);
        timeline.Run(() => false);

        Assert.Equal(1 / (1 - load), spent / Customers, 0.05 / (1 - load));
        Assert.Equal(Customers, core.BusySeconds, 1e-3);
    }

    [Theory]
    [InlineData(1, 2, 3, 2)] // a job beside three others on two cores has half a core
    [InlineData(1, 2, 0, 1)] // none has more than one core
    [InlineData(4, 2, 0, 2)]
    [InlineData(4, 2, 4, 4)]
    public void WhoWantsACoreHasAnEvenShareOfThem(int jobs, int count, int others, double seconds)
    {
        var cores = new Cores(timeline, "cores", count, others);
        for (var i = 0; i < jobs; i++)
        {
            cores.Use(1, () => { });
        }

        timeline.Run(() => false);

        Assert.Equal(seconds, timeline.Now, 1e-9);
    }

    [Fact]
    public void AllTransactionsThatEndDuringAFlushShareTheNextOne()
    {
        var log = new CommitLog(timeline, flush: 0.001, bytesPerSecond: 1e6);
        var durable = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            timeline.After(i * 0.0001, () => log.Commit(100, () => durable.Add(timeline.Now)));
        }

        timeline.Run(() => false);

        Assert.Equal(2, log.Flushes);
        Assert.Equal([.. Enumerable.Repeat(0.0011, 1), .. Enumerable.Repeat(0.003, 9)], durable.Select(at => Math.Round(at, 6)));
    }

    /// <summary>How long customers wait until they are served, who come at random, so many in a second on average.</summary>
    private double MeanWait(Station station, double rate, Func<double> service)
    {
        var (come, waited) = (0, 0.0);
        void Come()
        {
            var since = timeline.Now;
            station.Enter(() =>
            {
                waited += timeline.Now - since;
                timeline.After(service(), station.Leave);
            });
            if (++come < Customers)
            {
                timeline.After(Exponential(1 / rate), Come);
            }
        }

        timeline.After(0, Come);
        timeline.Run(() => false);
        return waited / Customers;
    }

    private double Exponential(double mean) => -Math.Log(1 - random.NextDouble()) * mean;
}
