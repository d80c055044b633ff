namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// Several nodes, one database and a relay deliver a digest to readers who become due in waves. It runs on a timeline of its own
/// and always the same way for the same seed.
/// </summary>
internal sealed class Simulation
{
    private const int Slice = 3000;

    /// <summary>Planning looks for readers who are due once a minute.</summary>
    private const double Tick = 60;

    private readonly Timeline timeline = new();
    private readonly List<SimulatedNode> nodes = [];
    private readonly SimulatedPace[] paces;
    private readonly byte[] providers;
    private readonly byte[] attempts;
    private readonly float[] due;
    private readonly float[] late;
    private readonly int[] dueAtMinute;
    private int planned;
    private int recorded;
    private int abandoned;
    private bool isPlanning;

    public Simulation(Scenario scenario, ServiceTimes times)
    {
        (Scenario, Times, Random) = (scenario, times, new Random(scenario.Seed));
        var shared = scenario.IsOneMachine ? new Cores(timeline, "cores", scenario.Cores, scenario.Others) : null;
        var databaseCores = shared ?? new Cores(timeline, "the database's cores", scenario.DatabaseCores);
        var relayCores = shared ?? new Cores(timeline, "the relay's cores", scenario.RelayCores);
        Database = new SimulatedDatabase(timeline, databaseCores, times);
        Relay = new SimulatedRelay(timeline, relayCores, times, scenario.Providers, Random);
        Machines = [.. new[] { databaseCores, relayCores }.Distinct()];
        for (var i = 0; i < scenario.Nodes; i++)
        {
            var cores = shared ?? new Cores(timeline, $"node {i + 1}'s cores", scenario.Cores);
            Machines = [.. Machines.Append(cores).Distinct()];
            nodes.Add(new SimulatedNode(timeline, this, cores));
        }

        paces = [.. scenario.Providers.Select(provider => new SimulatedPace(timeline, provider.Configured, Random))];
        (providers, attempts) = (new byte[scenario.Readers], new byte[scenario.Readers]);
        (due, late) = (new float[scenario.Readers], new float[scenario.Readers]);
        Array.Fill(late, float.NaN);
        dueAtMinute = [.. Draw()];
    }

    public Scenario Scenario { get; }

    public ServiceTimes Times { get; }

    public Random Random { get; }

    public SimulatedDatabase Database { get; }

    public SimulatedRelay Relay { get; }

    public IReadOnlyList<Cores> Machines { get; }

    public IReadOnlyList<SimulatedNode> Nodes => nodes;

    public double Now => timeline.Now;

    /// <summary>Messages that the relay took, for each minute.</summary>
    public List<int> TakenByMinute { get; } = [];

    public double FirstAt { get; private set; } = double.NaN;

    public double LastAt { get; private set; }

    public int Deaths { get; private set; }

    /// <summary>Messages that the relay took for a reader who had one.</summary>
    public int Copies { get; private set; }

    /// <summary>Readers whose digest the ledger has as sent.</summary>
    public int Sent => recorded;

    /// <summary>Readers whose digest is not: not due yet, in the ledger, in a node's hand, or with a node that died.</summary>
    public int Unsent => Scenario.Readers - planned + Database.Waiting + nodes.Sum(node => node.InHand) + abandoned;

    /// <summary>Readers who got nothing.</summary>
    public int Without => late.Count(float.IsNaN);

    /// <summary>How much later than due readers got it: the seconds for this part of them.</summary>
    public double Lateness(double part)
    {
        float[] known = [.. late.Where(seconds => !float.IsNaN(seconds)).Order()];
        return known[(int)Math.Min(known.Length - 1, part * known.Length)];
    }

    /// <param name="until">Ends there at the latest, in simulated seconds.</param>
    public void Run(double until = double.PositiveInfinity)
    {
        if (timeline.Now == 0 && recorded == 0)
        {
            nodes.ForEach(node => node.Start());
            Plan();
            if (Scenario.DeathEvery > 0)
            {
                timeline.After(NextDeath(), Kill);
            }
        }

        timeline.Run(() => recorded == Scenario.Readers, until);
    }

    public int ProviderOf(int delivery) => providers[delivery];

    public SimulatedPace PaceOf(int delivery) => paces[providers[delivery]];

    /// <summary>Attempts so far, of one that is being made.</summary>
    public int Attempts(int delivery) => ++attempts[delivery];

    /// <summary>The relay took a message.</summary>
    public void Took(int delivery)
    {
        if (!float.IsNaN(late[delivery]))
        {
            Copies++;
            return;
        }

        late[delivery] = (float)(timeline.Now - due[delivery]);
        FirstAt = double.IsNaN(FirstAt) ? timeline.Now : FirstAt;
        LastAt = timeline.Now;
        var minute = (int)(timeline.Now / Tick);
        while (TakenByMinute.Count <= minute)
        {
            TakenByMinute.Add(0);
        }

        TakenByMinute[minute]++;
    }

    public void Recorded() => recorded++;

    /// <summary>A delivery whose node died is free again after a while.</summary>
    public void Abandon(int delivery)
    {
        abandoned++;
        timeline.After(Scenario.RecoveryAfter, () =>
        {
            abandoned--;
            Database.Return(delivery, timeline.Now);
        });
    }

    /// <summary>Gives each reader a provider and an hour, in the order of the hours.</summary>
    /// <returns>How many are due by the end of each minute.</returns>
    private IEnumerable<int> Draw()
    {
        var (reader, share) = (0, 0.0);
        var minutes = Scenario.Waves.Max(wave => wave.Minute);
        for (var minute = 0; minute <= minutes; minute++)
        {
            share += Scenario.Waves.Where(wave => wave.Minute == minute).Sum(wave => wave.Share);
            var end = minute == minutes ? Scenario.Readers : (int)Math.Round(share * Scenario.Readers);
            for (; reader < end; reader++)
            {
                due[reader] = minute * (float)Tick;
                providers[reader] = (byte)Drawn();
            }

            yield return end;
        }
    }

    private int Drawn()
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

    /// <summary>One node's job, each minute: queues who is due, slice by slice. Another goes on with it where that one dies.</summary>
    private void Plan()
    {
        if (planned < Scenario.Readers)
        {
            timeline.After(Tick, Plan);
        }

        if (!isPlanning && nodes.Find(node => node.IsAlive) is { } planner)
        {
            isPlanning = true;
            PlanSlice(planner);
        }
    }

    private void PlanSlice(SimulatedNode planner)
    {
        var end = Math.Min(dueAtMinute[Math.Min((int)(timeline.Now / Tick), dueAtMinute.Length - 1)], planned + Slice);
        if (end == planned)
        {
            isPlanning = false;
            return;
        }

        int[] slice = [.. Enumerable.Range(planned, end - planned)];
        planner.Work(Times.PlanProgram * slice.Length, () => Database.Queue(slice, () =>
        {
            planned = end;
            planner.Wake();
            PlanSlice(planner);
        }));
    }

    private double NextDeath() => -Math.Log(1 - Random.NextDouble()) * Scenario.DeathEvery;

    private void Kill()
    {
        var alive = nodes.FindAll(node => node.IsAlive);
        if (alive.Count > 0)
        {
            var victim = alive[Random.Next(alive.Count)];
            Deaths++;
            foreach (var delivery in victim.Die())
            {
                Abandon(delivery);
            }

            timeline.After(Scenario.RestartAfter, victim.Start);
        }

        timeline.After(NextDeath(), Kill);
    }
}
