namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// Simulates several nodes, one database and a relay that deliver a digest to subscribers who become due in waves. Runs
/// on simulated time, and deterministically for a given seed.
/// </summary>
internal sealed class DeliverySimulation
{
    private const int PlanBatchSize = 3000;

    /// <summary>How often planning looks for due subscribers, in seconds.</summary>
    private const double PlanInterval = 60;

    private readonly Timeline timeline = new();
    private readonly List<SimulatedNode> nodes = [];
    private readonly SimulatedThrottle[] throttles;
    private readonly byte[] providers;
    private readonly byte[] attempts;
    private readonly float[] due;
    private readonly float[] delays;
    private readonly int[] dueAtMinute;
    private int planned;
    private int sent;
    private int orphaned;
    private bool isPlanning;

    public DeliverySimulation(Scenario scenario, ServiceTimes times)
    {
        (Scenario, Times, Random) = (scenario, times, new Random(scenario.Seed));
        var shared = scenario.IsOneMachine
            ? new Cores(timeline, "cores", scenario.Cores, scenario.CompetingProcesses) : null;
        var databaseCores = shared ?? new Cores(timeline, "database cores", scenario.DatabaseCores);
        var relayCores = shared ?? new Cores(timeline, "relay cores", scenario.RelayCores);
        Database = new SimulatedDatabase(timeline, databaseCores, times);
        Relay = new SimulatedRelay(timeline, relayCores, times, scenario.Providers, Random);
        Machines = [.. new[] { databaseCores, relayCores }.Distinct()];
        for (var i = 0; i < scenario.Nodes; i++)
        {
            var cores = shared ?? new Cores(timeline, $"node {i + 1} cores", scenario.Cores);
            Machines = [.. Machines.Append(cores).Distinct()];
            nodes.Add(new SimulatedNode(timeline, this, cores));
        }

        throttles = [.. scenario.Providers.Select(
            provider => new SimulatedThrottle(timeline, provider.Configured, Random))];
        (providers, attempts) = (new byte[scenario.Subscribers], new byte[scenario.Subscribers]);
        (due, delays) = (new float[scenario.Subscribers], new float[scenario.Subscribers]);
        Array.Fill(delays, float.NaN);
        dueAtMinute = [.. AssignSubscribers()];
    }

    public Scenario Scenario { get; }

    public ServiceTimes Times { get; }

    public Random Random { get; }

    public SimulatedDatabase Database { get; }

    public SimulatedRelay Relay { get; }

    public IReadOnlyList<Cores> Machines { get; }

    public IReadOnlyList<SimulatedNode> Nodes => nodes;

    public double Now => timeline.Now;

    /// <summary>Messages that the relay accepted in each minute.</summary>
    public List<int> AcceptedByMinute { get; } = [];

    public double FirstAt { get; private set; } = double.NaN;

    public double LastAt { get; private set; }

    public int Crashes { get; private set; }

    /// <summary>Messages that the relay accepted for a subscriber who already had one.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Subscribers whose digest is recorded as sent.</summary>
    public int Sent => sent;

    /// <summary>
    /// Subscribers whose digest is not: not due yet, queued, claimed by a node, or claimed by a node that crashed.
    /// </summary>
    public int Unsent =>
        Scenario.Subscribers - planned + Database.Waiting + nodes.Sum(node => node.ClaimedCount) + orphaned;

    /// <summary>Subscribers who received nothing.</summary>
    public int Undelivered => delays.Count(float.IsNaN);

    /// <summary>A quantile of the delay between the due time and delivery, in seconds.</summary>
    public double DelayQuantile(double quantile)
    {
        float[] known = [.. delays.Where(seconds => !float.IsNaN(seconds)).Order()];
        return known[(int)Math.Min(known.Length - 1, quantile * known.Length)];
    }

    /// <param name="until">The latest end, in simulated seconds.</param>
    public void Run(double until = double.PositiveInfinity)
    {
        if (timeline.Now == 0 && sent == 0)
        {
            nodes.ForEach(node => node.Start());
            Plan();
            if (Scenario.CrashInterval > 0)
            {
                timeline.After(DrawCrashDelay(), CrashRandomNode);
            }
        }

        timeline.Run(() => sent == Scenario.Subscribers, until);
    }

    public int GetProvider(int delivery) => providers[delivery];

    public SimulatedThrottle GetThrottle(int delivery) => throttles[providers[delivery]];

    /// <summary>Counts an attempt, and returns the number of attempts so far.</summary>
    public int CountAttempt(int delivery) => ++attempts[delivery];

    /// <summary>Records that the relay accepted a message.</summary>
    public void RecordAccepted(int delivery)
    {
        if (!float.IsNaN(delays[delivery]))
        {
            Duplicates++;
            return;
        }

        delays[delivery] = (float)(timeline.Now - due[delivery]);
        FirstAt = double.IsNaN(FirstAt) ? timeline.Now : FirstAt;
        LastAt = timeline.Now;
        var minute = (int)(timeline.Now / PlanInterval);
        while (AcceptedByMinute.Count <= minute)
        {
            AcceptedByMinute.Add(0);
        }

        AcceptedByMinute[minute]++;
    }

    public void RecordSent() => sent++;

    /// <summary>Releases a delivery claimed by a crashed node after the recovery time.</summary>
    public void ReleaseLater(int delivery)
    {
        orphaned++;
        timeline.After(Scenario.RecoveryAfter, () =>
        {
            orphaned--;
            Database.Requeue(delivery, timeline.Now);
        });
    }

    /// <summary>Assigns each subscriber a provider and a due time, in order of due time.</summary>
    /// <returns>How many subscribers are due by the end of each minute.</returns>
    private IEnumerable<int> AssignSubscribers()
    {
        var (subscriber, share) = (0, 0.0);
        var minutes = Scenario.Waves.Max(wave => wave.Minute);
        for (var minute = 0; minute <= minutes; minute++)
        {
            share += Scenario.Waves.Where(wave => wave.Minute == minute).Sum(wave => wave.Share);
            var end = minute == minutes ? Scenario.Subscribers : (int)Math.Round(share * Scenario.Subscribers);
            for (; subscriber < end; subscriber++)
            {
                due[subscriber] = minute * (float)PlanInterval;
                providers[subscriber] = (byte)DrawProvider();
            }

            yield return end;
        }
    }

    private int DrawProvider()
    {
        var left = Random.NextDouble();
        for (var provider = 0; provider < Scenario.Providers.Count - 1; provider++)
        {
            left -= Scenario.Providers[provider].Share;
            if (left < 0)
            {
                return provider;
            }
        }

        return Scenario.Providers.Count - 1;
    }

    /// <summary>
    /// The planning job, each minute on one node: queues due digests in batches. If the node crashes, another
    /// continues.
    /// </summary>
    private void Plan()
    {
        if (planned < Scenario.Subscribers)
        {
            timeline.After(PlanInterval, Plan);
        }

        if (!isPlanning && nodes.Find(node => node.IsAlive) is { } planner)
        {
            isPlanning = true;
            PlanBatch(planner);
        }
    }

    private void PlanBatch(SimulatedNode planner)
    {
        var end = Math.Min(
            dueAtMinute[Math.Min((int)(timeline.Now / PlanInterval), dueAtMinute.Length - 1)], planned + PlanBatchSize);
        if (end == planned)
        {
            isPlanning = false;
            return;
        }

        int[] batch = [.. Enumerable.Range(planned, end - planned)];
        planner.Work(Times.PlanNode * batch.Length, () => Database.Queue(batch, () =>
        {
            planned = end;
            planner.Wake();
            PlanBatch(planner);
        }));
    }

    private double DrawCrashDelay() => -Math.Log(1 - Random.NextDouble()) * Scenario.CrashInterval;

    private void CrashRandomNode()
    {
        var alive = nodes.FindAll(node => node.IsAlive);
        if (alive.Count > 0)
        {
            var victim = alive[Random.Next(alive.Count)];
            Crashes++;
            foreach (var delivery in victim.Crash())
            {
                ReleaseLater(delivery);
            }

            timeline.After(Scenario.RestartAfter, victim.Start);
        }

        timeline.After(DrawCrashDelay(), CrashRandomNode);
    }
}
