namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// The delivery queue on PostgreSQL: what is ready, and what its transactions cost. A transaction of state changes also
/// updates its mailing's counters, a row shared by all nodes that it locks until its commit is durable.
/// </summary>
internal sealed class SimulatedDatabase(Timeline timeline, Cores cores, ServiceTimes times)
{
    private const double Micro = 1e-6;

    private readonly Queue<int> ready = new();
    private readonly PriorityQueue<int, double> deferred = new();
    private int claimsInProgress;

    /// <summary>The lock on the mailing's counters.</summary>
    public QueuedResource MailingCounters { get; } = new(timeline, "mailing counters", 1);

    public WriteAheadLog Wal { get; } = new(timeline, times.Flush * Micro, times.DiskBytesPerSecond);

    /// <summary>CPU time used so far.</summary>
    public double CpuSeconds { get; private set; }

    /// <summary>Transactions of state changes: marks, outcomes and requeued deliveries.</summary>
    public int Transactions { get; private set; }

    public long StateChanges { get; private set; }

    public int Claims { get; private set; }

    /// <summary>Deliveries that no node has claimed.</summary>
    public int Waiting => ready.Count + deferred.Count + claimsInProgress;

    /// <summary>When the next deferred delivery is due.</summary>
    public double NextAt => deferred.TryPeek(out _, out var at) ? at : double.PositiveInfinity;

    /// <summary>Requeues a delivery for a time, which may have passed already.</summary>
    public void Requeue(int delivery, double at) => deferred.Enqueue(delivery, at);

    /// <summary>Writes state changes.</summary>
    public void Write(int changes, Action onDurable)
    {
        Transactions++;
        StateChanges += changes;
        timeline.After(times.RoundTrips * times.RoundTrip * Micro, () =>
            Work((times.DatabaseStateChange * changes) + times.DatabaseTransaction, () =>
                MailingCounters.Acquire(() => timeline.After(times.RoundTrip * Micro, () =>
                    Wal.Commit(times.WalBytes / 2 * changes, () =>
                    {
                        MailingCounters.Release();
                        onDurable();
                    })))));
    }

    /// <summary>Claims deliveries that are ready.</summary>
    public void Claim(int limit, Action<List<int>> onClaimed)
    {
        Claims++;
        var deliveries = new List<int>(limit);
        while (deliveries.Count < limit && deferred.TryPeek(out var delivery, out var at) && at <= timeline.Now)
        {
            deferred.Dequeue();
            deliveries.Add(delivery);
        }

        while (deliveries.Count < limit && ready.TryDequeue(out var delivery))
        {
            deliveries.Add(delivery);
        }

        void Complete()
        {
            claimsInProgress -= deliveries.Count;
            onClaimed(deliveries);
        }

        claimsInProgress += deliveries.Count;
        timeline.After(2 * times.RoundTrip * Micro, () =>
            Work(times.ClaimTransaction + (times.ClaimDelivery * deliveries.Count), () =>
            {
                if (deliveries.Count == 0)
                {
                    Complete();
                }
                else
                {
                    Wal.Commit(0, Complete);
                }
            }));
    }

    /// <summary>Queues a batch of digests in one transaction.</summary>
    public void Queue(IReadOnlyCollection<int> deliveries, Action onDurable)
    {
        var seconds = times.PlanDatabase * deliveries.Count;
        Work(seconds * (1 - times.PlanCounterLockFraction),
            () => MailingCounters.Acquire(() => Work(seconds * times.PlanCounterLockFraction, () =>
            Wal.Commit(0, () =>
            {
                MailingCounters.Release();
                foreach (var delivery in deliveries)
                {
                    ready.Enqueue(delivery);
                }

                onDurable();
            }))));
    }

    private void Work(double micros, Action done)
    {
        CpuSeconds += micros * Micro;
        cores.Use(micros * Micro, done);
    }
}
