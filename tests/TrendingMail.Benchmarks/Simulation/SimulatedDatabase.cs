namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// The ledger on PostgreSQL: what is ready, and what its transactions take. One that writes outcomes also moves the counts of
/// its mailing, one row for all nodes, which it holds until its end is in the log.
/// </summary>
internal sealed class SimulatedDatabase(Timeline timeline, Cores cores, ServiceTimes times)
{
    private const double Micro = 1e-6;

    private readonly Queue<int> ready = new();
    private readonly PriorityQueue<int, double> later = new();
    private int beingClaimed;

    /// <summary>The row of the mailing's counts.</summary>
    public Station Counts { get; } = new(timeline, "the mailing's counts", 1);

    public CommitLog Log { get; } = new(timeline, times.Flush * Micro, times.DiskBytes);

    /// <summary>Processor time so far.</summary>
    public double Seconds { get; private set; }

    /// <summary>Transactions of marks, outcomes, and what was given back.</summary>
    public int Transactions { get; private set; }

    public long Entries { get; private set; }

    public int Claims { get; private set; }

    /// <summary>Deliveries that nobody has in hand.</summary>
    public int Waiting => ready.Count + later.Count + beingClaimed;

    /// <summary>When the next of those may be tried that were put back.</summary>
    public double NextAt => later.TryPeek(out _, out var at) ? at : double.PositiveInfinity;

    /// <summary>Puts deliveries back, for a time that may have come.</summary>
    public void Return(int delivery, double at) => later.Enqueue(delivery, at);

    /// <summary>Writes marks and outcomes.</summary>
    public void Write(int entries, Action durable)
    {
        Transactions++;
        Entries += entries;
        timeline.After(times.RoundTrips * times.RoundTrip * Micro, () =>
            Work((times.DatabaseEntry * entries) + times.DatabaseTransaction, () =>
                Counts.Enter(() => timeline.After(times.RoundTrip * Micro, () =>
                    Log.Commit(times.LogBytes / 2 * entries, () =>
                    {
                        Counts.Leave();
                        durable();
                    })))));
    }

    /// <summary>Hands out what is ready.</summary>
    public void Claim(int most, Action<List<int>> claimed)
    {
        Claims++;
        var taken = new List<int>(most);
        while (taken.Count < most && later.TryPeek(out var delivery, out var at) && at <= timeline.Now)
        {
            later.Dequeue();
            taken.Add(delivery);
        }

        while (taken.Count < most && ready.TryDequeue(out var delivery))
        {
            taken.Add(delivery);
        }

        void End()
        {
            beingClaimed -= taken.Count;
            claimed(taken);
        }

        beingClaimed += taken.Count;
        timeline.After(2 * times.RoundTrip * Micro, () =>
            Work(times.ClaimTransaction + (times.ClaimDelivery * taken.Count), () =>
            {
                if (taken.Count == 0)
                {
                    End();
                }
                else
                {
                    Log.Commit(0, End);
                }
            }));
    }

    /// <summary>Queues digests: a slice, in one transaction.</summary>
    public void Queue(IReadOnlyCollection<int> deliveries, Action durable)
    {
        var seconds = times.PlanDatabase * deliveries.Count;
        Work(seconds * (1 - times.PlanHoldsCounts), () => Counts.Enter(() => Work(seconds * times.PlanHoldsCounts, () =>
            Log.Commit(0, () =>
            {
                Counts.Leave();
                foreach (var delivery in deliveries)
                {
                    ready.Enqueue(delivery);
                }

                durable();
            }))));
    }

    private void Work(double micros, Action done)
    {
        Seconds += micros * Micro;
        cores.Use(micros * Micro, done);
    }
}
