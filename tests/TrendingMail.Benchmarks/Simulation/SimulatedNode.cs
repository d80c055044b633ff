using TrendingMail.Delivery.Queue;

namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// A node: its connections, its claimed deliveries and the single writer of its state changes, modelled on
/// DeliveryDispatcher, ClaimPrefetcher and DeliveryStateWriter.
/// </summary>
internal sealed class SimulatedNode(Timeline timeline, DeliverySimulation run, Cores cores)
{
    private const double PollInterval = 2, MinimumPollInterval = 0.05, MaximumGatherTime = 0.004, GatherStep = 0.001,
        ClaimTooEarly = 1, ClaimTooLate = 4;

    private const int MaximumClaimSize = 1000, MaximumTransactionChanges = 500;

    /// <summary>The default of Delivery:FirstRetryMinutes.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(5);

    private readonly Queue<int> claims = new();
    private readonly List<(bool IsOutcome, Action Durable)> changes = [];
    private readonly HashSet<int> claimedDeliveries = [];
    private int idleConnections;
    private int inFlight;
    private int claimSize;
    private double claimedAt;
    private double committedAt;
    private bool isClaiming;
    private bool isQueueEmpty;
    private bool isWriting;

    /// <summary>Incremented at each crash: callbacks of an earlier process are ignored.</summary>
    private int incarnation;

    public bool IsAlive { get; private set; }

    /// <summary>CPU time used so far.</summary>
    public double CpuSeconds { get; private set; }

    public int Sent { get; private set; }

    /// <summary>Deliveries that it has claimed and neither completed nor requeued.</summary>
    public int ClaimedCount => claimedDeliveries.Count;

    public void Start()
    {
        (IsAlive, isQueueEmpty, idleConnections, claimSize) =
            (true, false, run.Scenario.Connections, run.Scenario.Connections);
        Claim();
    }

    /// <returns>The deliveries it had claimed.</returns>
    public IReadOnlyList<int> Crash()
    {
        int[] left = [.. claimedDeliveries];
        incarnation++;
        (IsAlive, isClaiming, isWriting, inFlight) = (false, false, false, 0);
        claimedDeliveries.Clear();
        claims.Clear();
        changes.Clear();
        return left;
    }

    /// <summary>Notifies the node that deliveries are ready.</summary>
    public void Wake()
    {
        if (IsAlive)
        {
            isQueueEmpty = false;
            if (claims.Count <= claimSize / 2)
            {
                Claim();
            }
        }
    }

    public void Work(double micros, Action done)
    {
        CpuSeconds += micros * 1e-6;
        cores.Use(micros * 1e-6, done);
    }

    private void Claim()
    {
        if (isClaiming || isQueueEmpty)
        {
            return;
        }

        isClaiming = true;
        var startedIn = incarnation;
        run.Database.Claim(claimSize, claimed =>
        {
            if (startedIn != incarnation)
            {
                claimed.ForEach(delivery => run.ReleaseLater(delivery));
                return;
            }

            isClaiming = false;
            claimed.ForEach(claims.Enqueue);
            claimedDeliveries.UnionWith(claimed);
            var since = timeline.Now - claimedAt;
            claimedAt = timeline.Now;
            if (claimed.Count == 0)
            {
                (isQueueEmpty, claimSize) = (true, run.Scenario.Connections);
                timeline.After(Math.Clamp(run.Database.NextAt - timeline.Now, MinimumPollInterval, PollInterval), () =>
                {
                    if (startedIn == incarnation)
                    {
                        Wake();
                    }
                });
                return;
            }

            claimSize = since < ClaimTooEarly ? Math.Min(claimSize * 2, MaximumClaimSize)
                : since > ClaimTooLate ? Math.Max(claimSize / 2, run.Scenario.Connections) : claimSize;
            while (idleConnections > 0 && claims.Count > 0)
            {
                idleConnections--;
                SendNext();
            }
        });
    }

    /// <summary>A connection takes the next delivery for which there is a permit now.</summary>
    private void SendNext()
    {
        while (true)
        {
            if (claims.Count <= claimSize / 2)
            {
                Claim();
            }

            if (!claims.TryDequeue(out var delivery))
            {
                idleConnections++;
                return;
            }

            if (run.GetThrottle(delivery).Acquire() is not { } delay)
            {
                Compose(delivery);
                return;
            }

            AddChange(isOutcome: false, () => Requeue(delivery, delay));
        }
    }

    private void Compose(int delivery)
    {
        var startedIn = incarnation;
        Work(run.Times.NodeMessage, () =>
        {
            if (startedIn == incarnation)
            {
                AddChange(isOutcome: false, () =>
                {
                    inFlight++;
                    Send(delivery);
                });
            }
        });
    }

    private void Send(int delivery)
    {
        var startedIn = incarnation;
        run.Relay.Send(run.GetProvider(delivery), isAccepted =>
        {
            // The relay has accepted it, even if the node has crashed meanwhile.
            if (isAccepted)
            {
                run.RecordAccepted(delivery);
            }

            if (startedIn != incarnation)
            {
                return;
            }

            if (isAccepted)
            {
                run.GetThrottle(delivery).Accepted();
            }
            else
            {
                run.GetThrottle(delivery).Deferred();
            }

            AddChange(isOutcome: true, () =>
            {
                inFlight--;
                if (isAccepted)
                {
                    Sent++;
                    claimedDeliveries.Remove(delivery);
                    run.RecordSent();
                }
                else
                {
                    Requeue(delivery,
                        RetrySchedule.GetDelay(run.CountAttempt(delivery), FirstRetry,
                            run.Random.NextDouble()).TotalSeconds);
                }
            });
            SendNext();
        });
    }

    private void Requeue(int delivery, double after)
    {
        claimedDeliveries.Remove(delivery);
        run.Database.Requeue(delivery, timeline.Now + after);
    }

    private void AddChange(bool isOutcome, Action durable)
    {
        changes.Add((isOutcome, durable));
        if (!isWriting)
        {
            isWriting = true;
            Gather(incarnation);
        }
    }

    /// <summary>
    /// Waits some ms until half of the messages in flight have an outcome, so that more share a transaction.
    /// </summary>
    private void Gather(int startedIn)
    {
        if (startedIn != incarnation)
        {
            return;
        }

        if (changes.Count < MaximumTransactionChanges && timeline.Now - committedAt < MaximumGatherTime
            && inFlight > 2 * changes.Count(entry => entry.IsOutcome))
        {
            timeline.After(GatherStep, () => Gather(startedIn));
            return;
        }

        committedAt = timeline.Now;
        var batch = changes[..Math.Min(changes.Count, MaximumTransactionChanges)];
        changes.RemoveRange(0, batch.Count);
        Work(run.Times.NodeTransaction, () => run.Database.Write(batch.Count, () =>
        {
            if (startedIn != incarnation)
            {
                return;
            }

            batch.ForEach(entry => entry.Durable());
            isWriting = changes.Count > 0;
            if (isWriting)
            {
                Gather(startedIn);
            }
        }));
    }
}
