using TrendingMail.Delivery;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

public abstract class DeliveryPumpTests(DatabaseFixture fixture) : LedgerBook(fixture)
{
    public static TheoryData<Outcome, string, bool> Outcomes => new()
    {
        { new Outcome.Accepted("250 ok"), "sent", false },
        { new Outcome.Refused("550 no"), "failed", false },
        { new Outcome.Deferred("450 later"), "deferred", true },
        { new Outcome.Uncertain("lost"), "deferred", true },
        { new Outcome.Unreachable("gone"), "deferred", true },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task WhatTheServerSaidIsWrittenDown(Outcome outcome, string state, bool isTriedAgain)
    {
        await QueueAsync("ada@example.org");
        var transport = new ScriptedTransport(_ => outcome);

        var result = await DrainAsync(transport);

        Assert.Equal(1, result.Handled);
        Assert.Equal([(state, 1)], await DeliveriesAsync());
        Clock.Advance(TimeSpan.FromMinutes(10));
        await DrainAsync(transport);
        Assert.Equal(isTriedAgain ? 2 : 1, transport.Handed.Count);
        Assert.Single(transport.Handed.Distinct());
    }

    [Fact]
    public async Task NothingReadyOpensNoLane()
    {
        var transport = new ScriptedTransport((_, _) => throw new InvalidOperationException(), lanes: -1);

        Assert.Equal(new DrainResult(0, null), await DrainAsync(transport));
    }

    [Fact]
    public async Task SeveralLanesCarryEachMailOnce()
    {
        await QueueManyAsync(40);
        var transport = new ScriptedTransport((_, _) => Task.FromResult<Outcome>(new Outcome.Accepted("250 ok")), lanes: 4);
        var progress = new Reports();

        Assert.Equal(40, (await DrainAsync(transport, progress: progress)).Handled);

        Assert.Equal(40, transport.Handed.Distinct().Count());
        Assert.Equal(40, transport.Handed.Count);
        await AssertCountsAsync();
        Assert.Equal(Enumerable.Range(1, 40), progress.Seen.Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task ALaneWithoutAServerRestsAndTheOthersGoOn()
    {
        await QueueManyAsync(10);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport(async (_, lane) =>
        {
            if (lane == 0)
            {
                failed.TrySetResult();
                return new Outcome.Unreachable("421 closing");
            }

            await failed.Task.WaitAsync(Stop);
            return new Outcome.Accepted("250 ok");
        }, lanes: 2);

        var result = await DrainAsync(transport);

        Assert.Equal("421 closing", result.Unreachable);
        Assert.Equal(9, await CountStateAsync("sent"));
        Assert.Equal(1, await CountStateAsync("deferred"));
    }

    [Fact]
    public async Task AServerThatIsAwayCostsOneAttemptALaneAndLosesNothing()
    {
        await QueueManyAsync(5);

        var result = await DrainAsync(new ScriptedTransport(_ => new Outcome.Unreachable("no route")));

        Assert.Equal(new DrainResult(1, "no route"), result);
        Assert.Equal(4, await CountStateAsync("queued"));
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(5, (await DrainAsync(ScriptedTransport.ThatAccepts())).Handled);
    }

    [Fact]
    public async Task AMailThatCannotBeComposedIsSetAsideAlone()
    {
        await QueueManyAsync(3);
        var composed = 0;
        var composer = new Composer([MailingKind.Daily], (delivery, stop) => Interlocked.Increment(ref composed) == 2
            ? throw new InvalidOperationException("a broken paper")
            : TestEnvelopes.Composer().ComposeAsync(delivery, stop));

        await DrainAsync(ScriptedTransport.ThatAccepts(), composer);

        Assert.Equal(2, await CountStateAsync("sent"));
        Assert.Equal(1, await CountStateAsync("deferred"));
    }

    [Fact]
    public async Task TheOperatorIsToldOnceOfMailsThatCannotBeComposed()
    {
        await QueueManyAsync(3);

        await DrainAsync(ScriptedTransport.ThatAccepts(), new Composer([MailingKind.Daily],
            (_, _) => throw new InvalidOperationException("a broken paper")));

        Assert.Contains("a broken paper", Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT text FROM alerts"), Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoLeavesWhileTheMailIsComposedGetsNone()
    {
        await QueueAsync("ada@example.org");
        var transport = ScriptedTransport.ThatAccepts();
        var composer = new Composer([MailingKind.Daily], async (delivery, stop) =>
        {
            if (delivery.Reader!.State != SubscriberState.Active)
            {
                return new Composition.Skip("the reader left");
            }

            await Database.WriteAsync(
                session => session.ExecuteAsync("UPDATE subscribers SET state = 'unsubscribed'"), stop);
            return await TestEnvelopes.Composer().ComposeAsync(delivery, stop);
        });

        await DrainAsync(transport, composer);

        Assert.Empty(transport.Handed);
        Assert.Equal([("skipped", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AMailWithNothingToSendIsSkipped()
    {
        await QueueAsync("ada@example.org");
        var transport = ScriptedTransport.ThatAccepts();

        await DrainAsync(transport, new Composer([MailingKind.Daily],
            (_, _) => Task.FromResult<Composition>(new Composition.Skip("the reader left"))));

        Assert.Empty(transport.Handed);
        Assert.Equal([("skipped", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AMailingThatNobodyComposesIsSkipped()
    {
        await QueueAsync("ada@example.org");

        await DrainAsync(ScriptedTransport.ThatAccepts(), TestEnvelopes.Composer() with { Kinds = ["other"] });

        Assert.Equal([("skipped", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AMailPastItsTimeIsNotSentAnyMore()
    {
        await QueueAsync("ada@example.org");
        Clock.Advance(TimeSpan.FromHours(24));
        var transport = ScriptedTransport.ThatAccepts();

        await DrainAsync(transport);

        Assert.Empty(transport.Handed);
        Assert.Equal([("failed", 0)], await DeliveriesAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task AStopFinishesWhatIsInFlightAndBeginsNothingElse()
    {
        await QueueManyAsync(5);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport((_, _) =>
        {
            begun.TrySetResult();
            return answer.Task;
        });
        using var pump = Pump(transport);

        var draining = pump.DrainAsync(null, stop.Token);
        await begun.Task.WaitAsync(Stop);
        await stop.CancelAsync();
        Assert.False(draining.IsCompleted);
        answer.SetResult(new Outcome.Accepted("250 ok"));
        await draining;

        Assert.Equal(1, await CountStateAsync("sent"));
        Assert.Equal(4, await CountStateAsync("queued"));
        Assert.Equal(0, await Database.ReadAsync(session => session.SingleAsync<long>(
            "SELECT COUNT(*) FROM deliveries WHERE claimed_by IS NOT NULL"), Stop));
        await AssertCountsAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task ALongRunTakesUpWhatAProcessLeftThatDiedMeanwhile()
    {
        await QueueManyAsync(2);
        await BeginAsync($"{Environment.MachineName}/{int.MaxValue}/1");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport((_, _) =>
        {
            begun.TrySetResult();
            return answer.Task;
        });
        using var pump = Pump(transport);
        var draining = pump.DrainAsync(null, Stop);
        await begun.Task.WaitAsync(Stop);

        while (await CountStateAsync("sending") > 1)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
        }

        answer.SetResult(new Outcome.Accepted("250 ok"));
        await draining;
        Assert.Equal(2, await CountStateAsync("sent"));
        Assert.Equal(2, transport.Handed.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task ARunningPumpTakesUpWhatADeadProcessLeftAndWhatItIsWokenFor()
    {
        await QueueAsync("ada@example.org");
        await BeginAsync($"{Environment.MachineName}/{int.MaxValue}/1");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var arrived = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var transport = new ScriptedTransport((envelope, _) =>
        {
            arrived.Writer.TryWrite(envelope.MessageId);
            return Task.FromResult<Outcome>(new Outcome.Accepted("250 ok"));
        });
        using var pump = Pump(transport);

        var running = pump.RunAsync(stop.Token);
        var left = await arrived.Reader.ReadAsync(Stop);
        await QueueAsync("bo@example.org");
        pump.Wake();
        var queued = await arrived.Reader.ReadAsync(Stop);
        await stop.CancelAsync();
        await running;

        Assert.NotEqual(left, queued);
        Assert.Equal([("sent", 2), ("sent", 1)], await DeliveriesAsync());
    }

    private async Task<DrainResult> DrainAsync(
        IMailTransport transport, Composer? composer = null, IProgress<int>? progress = null)
    {
        using var pump = Pump(transport, composer);
        return await pump.DrainAsync(progress, Stop);
    }

    private async Task QueueManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await QueueAsync($"r{i}@example.org");
        }
    }

    private Task<long> CountStateAsync(string state) => Database.ReadAsync(session => session.SingleAsync<long>(
        "SELECT COUNT(*) FROM deliveries WHERE state = @state", new { state }), Stop);

    private sealed class Reports : IProgress<int>
    {
        private readonly System.Collections.Concurrent.ConcurrentBag<int> seen = [];

        public IEnumerable<int> Seen => seen;

        public void Report(int value) => seen.Add(value);
    }
}

public sealed class DeliveryPumpOnSqlite() : DeliveryPumpTests(new SqliteFixture());

public sealed class DeliveryPumpOnPostgreSql() : DeliveryPumpTests(new PostgreSqlFixture());
