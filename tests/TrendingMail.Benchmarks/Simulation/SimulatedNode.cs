using TrendingMail.Delivery;

namespace TrendingMail.Benchmarks.Simulation;

/// <summary>
/// A node: lanes, the claims that it has at hand, and the one writer of its marks and outcomes, as DeliveryPump, ClaimAhead and
/// LedgerClerk have them.
/// </summary>
internal sealed class SimulatedNode(Timeline timeline, Simulation run, Cores cores)
{
    private const double Poll = 2, SoonestPoll = 0.05, GatherFor = 0.004, GatherStep = 0.001, TooSoon = 1, TooLate = 4;

    private const int MostClaims = 1000, LargestTransaction = 500;

    /// <summary>The program's default, Delivery:FirstRetryMinutes.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(5);

    private readonly Queue<int> claims = new();
    private readonly List<(bool IsOutcome, Action Durable)> entries = [];
    private readonly HashSet<int> inHand = [];
    private int idle;
    private int underWay;
    private int claimSize;
    private double claimedAt;
    private double committedAt;
    private bool isClaiming;
    private bool isDry;
    private bool isWriting;

    /// <summary>Counts its lives: what an earlier one had begun has no effect on this one.</summary>
    private int life;

    public bool IsAlive { get; private set; }

    /// <summary>Processor time so far.</summary>
    public double Seconds { get; private set; }

    public int Sent { get; private set; }

    /// <summary>Deliveries that it has taken from the ledger and not given back.</summary>
    public int InHand => inHand.Count;

    public void Start()
    {
        (IsAlive, isDry, idle, claimSize) = (true, false, run.Scenario.Lanes, run.Scenario.Lanes);
        Claim();
    }

    /// <returns>What it had in hand.</returns>
    public IReadOnlyList<int> Die()
    {
        int[] left = [.. inHand];
        life++;
        (IsAlive, isClaiming, isWriting, underWay) = (false, false, false, 0);
        inHand.Clear();
        claims.Clear();
        entries.Clear();
        return left;
    }

    /// <summary>Something is ready.</summary>
    public void Wake()
    {
        if (IsAlive)
        {
            isDry = false;
            if (claims.Count <= claimSize / 2)
            {
                Claim();
            }
        }
    }

    public void Work(double micros, Action done)
    {
        Seconds += micros * 1e-6;
        cores.Use(micros * 1e-6, done);
    }

    private void Claim()
    {
        if (isClaiming || isDry)
        {
            return;
        }

        isClaiming = true;
        var own = life;
        run.Database.Claim(claimSize, claimed =>
        {
            if (own != life)
            {
                claimed.ForEach(delivery => run.Abandon(delivery));
                return;
            }

            isClaiming = false;
            claimed.ForEach(claims.Enqueue);
            inHand.UnionWith(claimed);
            var since = timeline.Now - claimedAt;
            claimedAt = timeline.Now;
            if (claimed.Count == 0)
            {
                (isDry, claimSize) = (true, run.Scenario.Lanes);
                timeline.After(Math.Clamp(run.Database.NextAt - timeline.Now, SoonestPoll, Poll), () =>
                {
                    if (own == life)
                    {
                        Wake();
                    }
                });
                return;
            }

            claimSize = since < TooSoon ? Math.Min(claimSize * 2, MostClaims)
                : since > TooLate ? Math.Max(claimSize / 2, run.Scenario.Lanes) : claimSize;
            while (idle > 0 && claims.Count > 0)
            {
                idle--;
                Next();
            }
        });
    }

    /// <summary>A lane takes the next delivery whose provider takes one now.</summary>
    private void Next()
    {
        while (true)
        {
            if (claims.Count <= claimSize / 2)
            {
                Claim();
            }

            if (!claims.TryDequeue(out var delivery))
            {
                idle++;
                return;
            }

            if (run.PaceOf(delivery).Turn() is not { } turn)
            {
                Compose(delivery);
                return;
            }

            Enter(isOutcome: false, () => GiveBack(delivery, turn));
        }
    }

    private void Compose(int delivery)
    {
        var own = life;
        Work(run.Times.ProgramMessage, () =>
        {
            if (own == life)
            {
                Enter(isOutcome: false, () =>
                {
                    underWay++;
                    Send(delivery);
                });
            }
        });
    }

    private void Send(int delivery)
    {
        var own = life;
        run.Relay.Send(run.ProviderOf(delivery), isTaken =>
        {
            // The relay has it, whether or not anybody is left to hear of it.
            if (isTaken)
            {
                run.Took(delivery);
            }

            if (own != life)
            {
                return;
            }

            if (isTaken)
            {
                run.PaceOf(delivery).Accepted();
            }
            else
            {
                run.PaceOf(delivery).Deferred();
            }

            Enter(isOutcome: true, () =>
            {
                underWay--;
                if (isTaken)
                {
                    Sent++;
                    inHand.Remove(delivery);
                    run.Recorded();
                }
                else
                {
                    GiveBack(delivery, RetrySchedule.Wait(run.Attempts(delivery), FirstRetry, run.Random.NextDouble()).TotalSeconds);
                }
            });
            Next();
        });
    }

    private void GiveBack(int delivery, double after)
    {
        inHand.Remove(delivery);
        run.Database.Return(delivery, timeline.Now + after);
    }

    private void Enter(bool isOutcome, Action durable)
    {
        entries.Add((isOutcome, durable));
        if (!isWriting)
        {
            isWriting = true;
            Gather(life);
        }
    }

    /// <summary>Waits some ms until half of the messages under way have an outcome, so that more share a transaction.</summary>
    private void Gather(int own)
    {
        if (own != life)
        {
            return;
        }

        if (entries.Count < LargestTransaction && timeline.Now - committedAt < GatherFor
            && underWay > 2 * entries.Count(entry => entry.IsOutcome))
        {
            timeline.After(GatherStep, () => Gather(own));
            return;
        }

        committedAt = timeline.Now;
        var batch = entries[..Math.Min(entries.Count, LargestTransaction)];
        entries.RemoveRange(0, batch.Count);
        Work(run.Times.ProgramTransaction, () => run.Database.Write(batch.Count, () =>
        {
            if (own != life)
            {
                return;
            }

            batch.ForEach(entry => entry.Durable());
            isWriting = entries.Count > 0;
            if (isWriting)
            {
                Gather(own);
            }
        }));
    }
}
