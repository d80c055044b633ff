using TrendingMail.Benchmarks.Simulation;

namespace TrendingMail.Tests.Simulation;

/// <summary>Checks the simulator's queues against queueing theory.</summary>
public sealed class StationTests
{
    private const int Customers = 200_000;

    private readonly Timeline timeline = new();
    private readonly Random random = new(1);

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void ExponentialServiceMatchesTheMM1WaitingTime(double load)
    {
        var queuedResource = new QueuedResource(timeline, "server", 1);
        var wait = MeanWait(queuedResource, load, () => Exponential(1));

        Assert.Equal(load / (1 - load), wait, 0.05 * load / (1 - load));
        Assert.Equal(load, queuedResource.Utilization, 0.01);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void ConstantServiceMatchesTheMD1WaitingTime(double load) =>
        Assert.Equal(load / (2 * (1 - load)), MeanWait(new QueuedResource(timeline, "server", 1), load, () => 1),
            0.05 * load / (1 - load));

    [Fact]
    public void TwoServersMatchTheErlangCWaitingTime()
    {
        // M/M/2 at a load of 0.8 per server: the mean wait is load^2 / (1 - load^2) service times.
        var wait = MeanWait(new QueuedResource(timeline, "servers", 2), 1.6, () => Exponential(1));

        Assert.Equal(0.64 / 0.36, wait, 0.1);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void ProcessorSharingMatchesTheMeanResponseTime(double load)
    {
        // M/G/1 with processor sharing: the mean response time is that of M/M/1 for any distribution; here it is
        // constant.
        var core = new Cores(timeline, "core", 1);
        var (arrivals, spent) = (0, 0.0);
        void Arrive()
        {
            var arrivedAt = timeline.Now;
            core.Use(1, () => spent += timeline.Now - arrivedAt);
            if (++arrivals < Customers)
            {
                timeline.After(Exponential(1 / load), Arrive);
            }
        }

        timeline.After(0, Arrive);
        timeline.Run(() => false);

        Assert.Equal(1 / (1 - load), spent / Customers, 0.05 / (1 - load));
        Assert.Equal(Customers, core.BusySeconds, 1e-3);
    }

    [Theory]
    [InlineData(1, 2, 3, 2)] // a job with three others on two cores gets half a core
    [InlineData(1, 2, 0, 1)] // no job uses more than one core
    [InlineData(4, 2, 0, 2)]
    [InlineData(4, 2, 4, 4)]
    public void JobsShareTheCoresEvenly(int jobs, int count, int others, double seconds)
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
    public void TransactionsThatEndDuringAFlushShareTheNextOne()
    {
        var log = new WriteAheadLog(timeline, flush: 0.001, bytesPerSecond: 1e6);
        var durable = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            timeline.After(i * 0.0001, () => log.Commit(100, () => durable.Add(timeline.Now)));
        }

        timeline.Run(() => false);

        Assert.Equal(2, log.Flushes);
        Assert.Equal(
            [.. Enumerable.Repeat(0.0011, 1), .. Enumerable.Repeat(0.003, 9)], durable.Select(at => Math.Round(at, 6)));
    }

    /// <summary>The mean waiting time of customers who arrive at random at the given average rate per second.</summary>
    private double MeanWait(QueuedResource queuedResource, double rate, Func<double> service)
    {
        var (arrivals, waited) = (0, 0.0);
        void Arrive()
        {
            var arrivedAt = timeline.Now;
            queuedResource.Acquire(() =>
            {
                waited += timeline.Now - arrivedAt;
                timeline.After(service(), queuedResource.Release);
            });
            if (++arrivals < Customers)
            {
                timeline.After(Exponential(1 / rate), Arrive);
            }
        }

        timeline.After(0, Arrive);
        timeline.Run(() => false);
        return waited / Customers;
    }

    private double Exponential(double mean) => -Math.Log(1 - random.NextDouble()) * mean;
}
