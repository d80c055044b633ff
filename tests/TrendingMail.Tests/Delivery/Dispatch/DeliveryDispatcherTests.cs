using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Dispatch;

public abstract class DeliveryDispatcherTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    public static TheoryData<Outcome, string, bool> Outcomes => new()
    {
        { new Outcome.Accepted("250 ok"), "sent", false },
        { new Outcome.Rejected("550 no"), "failed", false },
        { new Outcome.Deferred("450 later"), "deferred", true },
        { new Outcome.Uncertain("lost"), "deferred", true },
        { new Outcome.Unreachable("gone"), "deferred", true },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task TheOutcomeDecidesTheStateAndWhetherItIsRetried(Outcome outcome, string state, bool isRetried)
    {
        await EnqueueAsync("ada@example.org");
        var transport = new ScriptedTransport(_ => outcome);

        var result = await DispatchAsync(transport);

        Assert.Equal(1, result.Handled);
        Assert.Equal([(state, 1)], await DeliveriesAsync());
        Clock.Advance(TimeSpan.FromMinutes(10));
        await DispatchAsync(transport);
        Assert.Equal(isRetried ? 2 : 1, transport.SentIds.Count);
        Assert.Single(transport.SentIds.Distinct());
    }

    [Fact]
    public async Task NoConnectionIsOpenedWhenNothingIsReady()
    {
        var transport = new ScriptedTransport((_, _) => throw new InvalidOperationException(), connections: -1);

        Assert.Equal(new DispatchResult(0, null), await DispatchAsync(transport));
    }

    [Fact]
    public async Task SeveralConnectionsSendEachMessageOnce()
    {
        await QueueManyAsync(40);
        var transport = new ScriptedTransport(
            (_, _) => Task.FromResult<Outcome>(new Outcome.Accepted("250 ok")), connections: 4);
        var progress = new RecordedProgress();

        Assert.Equal(40, (await DispatchAsync(transport, progress: progress)).Handled);

        Assert.Equal(40, transport.SentIds.Distinct().Count());
        Assert.Equal(40, transport.SentIds.Count);
        await AssertCountsAsync();
        Assert.Equal(Enumerable.Range(1, 40), progress.Values.Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task AConnectionWithoutAServerWaitsWhileTheOthersContinue()
    {
        await QueueManyAsync(10);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport(async (_, connection) =>
        {
            if (connection == 0)
            {
                failed.TrySetResult();
                return new Outcome.Unreachable("421 closing");
            }

            await failed.Task.WaitAsync(Stop);
            return new Outcome.Accepted("250 ok");
        }, connections: 2);

        var result = await DispatchAsync(transport);

        Assert.Equal("421 closing", result.UnreachableReason);
        Assert.Equal(9, await CountStateAsync("sent"));
        Assert.Equal(1, await CountStateAsync("deferred"));
    }

    [Fact]
    public async Task AnUnreachableServerCostsOneAttemptPerConnectionAndLosesNothing()
    {
        await QueueManyAsync(5);

        var result = await DispatchAsync(new ScriptedTransport(_ => new Outcome.Unreachable("no route")));

        Assert.Equal(
            new DispatchResult(1, "no route") { Outcomes = OutcomeCounts.One(DeliveryState.Deferred) }, result);
        Assert.Equal(4, await CountStateAsync("queued"));
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(5, (await DispatchAsync(ScriptedTransport.AcceptingAll())).Handled);
    }

    [Fact]
    public async Task ADeliveryThatCannotBeComposedDoesNotStopTheOthers()
    {
        await QueueManyAsync(3);
        var composed = 0;
        var composer = new Composer((identity, subscriber, stop) => Interlocked.Increment(ref composed) == 2
            ? throw new InvalidOperationException("a broken paper")
            : TestEnvelopes.ComposeAsync(identity, subscriber, stop)!);

        await DispatchAsync(ScriptedTransport.AcceptingAll(), composer);

        Assert.Equal(2, await CountStateAsync("sent"));
        Assert.Equal(1, await CountStateAsync("deferred"));
    }

    [Fact]
    public async Task TheOperatorIsAlertedOnceAboutMailThatCannotBeComposed()
    {
        await QueueManyAsync(3);

        await DispatchAsync(ScriptedTransport.AcceptingAll(),
            new Composer((_, _, _) => throw new InvalidOperationException("a broken paper")));

        Assert.Contains("a broken paper", Assert.Single(await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT text FROM alerts"), Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASubscriberWhoUnsubscribesDuringCompositionGetsNoMail()
    {
        await EnqueueAsync("ada@example.org");
        var transport = ScriptedTransport.AcceptingAll();
        var composer = new Composer(async (identity, subscriber, stop) =>
        {
            if (subscriber.State != SubscriberState.Active)
            {
                return new Composition.Skip("the subscriber left");
            }

            await Database.WriteAsync(
                session => session.ExecuteAsync("UPDATE subscribers SET state = 'unsubscribed'"), stop);
            return await TestEnvelopes.ComposeAsync(identity, subscriber, stop)!;
        });

        await DispatchAsync(transport, composer);

        Assert.Empty(transport.SentIds);
        Assert.Equal([("skipped", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task ADeliveryWithNothingToSendIsSkipped()
    {
        await EnqueueAsync("ada@example.org");
        var transport = ScriptedTransport.AcceptingAll();

        await DispatchAsync(transport,
            new Composer((_, _, _) => Task.FromResult<Composition>(new Composition.Skip("the subscriber left"))));

        Assert.Empty(transport.SentIds);
        Assert.Equal([("skipped", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AMailingWithoutAComposerIsSkipped()
    {
        await EnqueueAsync("ada@example.org");

        await DispatchAsync(ScriptedTransport.AcceptingAll(), (_, _, _) => null);

        Assert.Equal([("skipped", 0)], await DeliveriesAsync());
    }

    [Fact]
    public async Task AnExpiredDeliveryIsNotSent()
    {
        await EnqueueAsync("ada@example.org");
        Clock.Advance(TimeSpan.FromHours(24));
        var transport = ScriptedTransport.AcceptingAll();

        await DispatchAsync(transport);

        Assert.Empty(transport.SentIds);
        Assert.Equal([("failed", 0)], await DeliveriesAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task AStopFinishesMessagesInFlightAndStartsNoOthers()
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
        using var dispatcher = CreateDispatcher(transport);

        var dispatching = dispatcher.DispatchAsync(null, stop.Token);
        await begun.Task.WaitAsync(Stop);
        await stop.CancelAsync();
        Assert.False(dispatching.IsCompleted);
        answer.SetResult(new Outcome.Accepted("250 ok"));
        await dispatching;

        Assert.Equal(1, await CountStateAsync("sent"));
        Assert.Equal(4, await CountStateAsync("queued"));
        Assert.Equal(0, await Database.ReadAsync(session => session.SingleAsync<long>(
            "SELECT COUNT(*) FROM deliveries WHERE claimed_by IS NOT NULL"), Stop));
        await AssertCountsAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task ALongRunRecoversDeliveriesOfAProcessThatDiedMeanwhile()
    {
        await QueueManyAsync(2);
        await ClaimAndMarkSendingAsync($"{Environment.MachineName}/{int.MaxValue}/1");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var transport = new ScriptedTransport((_, _) =>
        {
            begun.TrySetResult();
            return answer.Task;
        });
        using var dispatcher = CreateDispatcher(transport);
        var dispatching = dispatcher.DispatchAsync(null, Stop);
        await begun.Task.WaitAsync(Stop);

        while (await CountStateAsync("sending") > 1)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
        }

        answer.SetResult(new Outcome.Accepted("250 ok"));
        await dispatching;
        Assert.Equal(2, await CountStateAsync("sent"));
        Assert.Equal(2, transport.SentIds.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task ARunningDispatcherRecoversDeliveriesAndSendsNewOnesWhenWoken()
    {
        await EnqueueAsync("ada@example.org");
        await ClaimAndMarkSendingAsync($"{Environment.MachineName}/{int.MaxValue}/1");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var arrived = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var transport = new ScriptedTransport((envelope, _) =>
        {
            arrived.Writer.TryWrite(envelope.MessageId);
            return Task.FromResult<Outcome>(new Outcome.Accepted("250 ok"));
        });
        using var dispatcher = CreateDispatcher(transport);

        var running = dispatcher.RunAsync(stop.Token);
        var recovered = await arrived.Reader.ReadAsync(Stop);
        await EnqueueAsync("bo@example.org");
        dispatcher.Wake();
        var queued = await arrived.Reader.ReadAsync(Stop);
        await stop.CancelAsync();
        await running;

        Assert.NotEqual(recovered, queued);
        Assert.Equal([("sent", 2), ("sent", 1)], await DeliveriesAsync());
    }

    private async Task<DispatchResult> DispatchAsync(
        IMailTransport transport, Composer? composer = null, IProgress<int>? progress = null)
    {
        using var dispatcher = CreateDispatcher(transport, composer);
        return await dispatcher.DispatchAsync(progress, Stop);
    }

    private async Task QueueManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await EnqueueAsync($"r{i}@example.org");
        }
    }

    private Task<long> CountStateAsync(string state) => Database.ReadAsync(session => session.SingleAsync<long>(
        "SELECT COUNT(*) FROM deliveries WHERE state = @state", new { state }), Stop);

    private sealed class RecordedProgress : IProgress<int>
    {
        private readonly System.Collections.Concurrent.ConcurrentBag<int> values = [];

        public IEnumerable<int> Values => values;

        public void Report(int value) => values.Add(value);
    }
}

public sealed class DeliveryDispatcherOnSqlite() : DeliveryDispatcherTests(new SqliteFixture());

public sealed class DeliveryDispatcherOnPostgreSql() : DeliveryDispatcherTests(new PostgreSqlFixture());
