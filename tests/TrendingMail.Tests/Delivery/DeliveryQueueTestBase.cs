using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.Queue;
using TrendingMail.Delivery.Throttling;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Digests;
using TrendingMail.Storage;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery;

/// <summary>Tests with a delivery queue of digests to subscribers whose welcome mail is already gone.</summary>
public abstract class DeliveryQueueTestBase(DatabaseFixture fixture) : StorageTests(fixture)
{
    private const string Here = "here/1/1";

    private readonly Dictionary<string, DeliveryStateWriter> stateWriters = [];

    protected OperatorAlerts Alerts => new MailTestServices(Database, Clock).Alerts;

    /// <summary>Queues today's digest to a new subscriber.</summary>
    protected async Task<bool> EnqueueAsync(string address) =>
        await EnqueueAsync((await AddSubscriberAsync(address)).Id, Today);

    protected async Task<bool> EnqueueAsync(long subscriberId, DateOnly day)
    {
        var isNew = await Database.WriteAsync(
            session => DeliveryQueue.EnqueueAsync(session, Digest.MailingFor(weekly: false, day), subscriberId), Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            DELETE FROM deliveries WHERE mailing_id IN (SELECT id FROM mailings WHERE kind = 'welcome')
            """), Stop);
        return isNew;
    }

    protected Task<ClaimedDelivery?> ClaimAndMarkSendingAsync() => ClaimAndMarkSendingAsync(Here);

    /// <summary>Claims the next delivery and marks it as sending; null if none is ready.</summary>
    protected async Task<ClaimedDelivery?> ClaimAndMarkSendingAsync(string processId)
    {
        if ((await DeliveryQueue.ClaimAsync(processId, 1, Stop)).SingleOrDefault() is not { } delivery)
        {
            return null;
        }

        Assert.True(await StateWriter(processId).MarkSendingAsync(delivery));
        return delivery;
    }

    protected Task<bool> RecordOutcomeAsync(ClaimedDelivery delivery, DeliveryTransition transition) =>
        RecordOutcomeAsync(delivery, Here, transition);

    protected Task<bool> RecordOutcomeAsync(
        ClaimedDelivery delivery, string processId, DeliveryTransition transition) =>
        StateWriter(processId).RecordOutcomeAsync(delivery, transition);

    /// <summary>The state writer of a process, disposed after the test.</summary>
    protected DeliveryStateWriter StateWriter(string processId)
    {
        if (!stateWriters.TryGetValue(processId, out var writer))
        {
            stateWriters.Add(
                processId, writer = new DeliveryStateWriter(
                    Database, new DeliveryOptions(), Clock, NullLogger<DeliveryStateWriter>.Instance, processId));
        }

        return writer;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var writer in stateWriters.Values)
        {
            await writer.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A dispatcher for this queue.</summary>
    protected DeliveryDispatcher CreateDispatcher(IMailTransport transport, Composer? composer = null)
    {
        var limiter = CreateLimiter();
        return new(DeliveryQueue, StateWriter(ProcessId.Current), new DomainThrottleStore(Database, Clock), limiter,
            new WarmUpReporter(WarmUps, WarmUpStore, Clock),
            new PostponedDeliveries(Database, WarmUps, WarmUpStore, Clock),
            new MailTestServices(Database, Clock) { WarmUps = limiter }.Alerts, transport,
            [composer ?? TestEnvelopes.ComposeAsync], Delivery, Clock,
            NullLogger<DeliveryDispatcher>.Instance);
    }

    protected WarmUpLimiter CreateLimiter() =>
        new(WarmUps, WarmUpStore, Clock, NullLogger<WarmUpLimiter>.Instance);

    /// <summary>Asserts that the mailings' counts match their deliveries.</summary>
    protected async Task AssertCountsAsync()
    {
        var counted = await Database.ReadAsync(session => session.QueryAsync<(string State, long Deliveries)>(
            "SELECT state, COUNT(*) FROM deliveries GROUP BY state"), Stop);
        foreach (var state in Enum.GetValues<DeliveryState>().Select(state => state.ToColumn()))
        {
            Assert.Equal(
                (state, counted.SingleOrDefault(row => row.State == state).Deliveries),
                (state, await Database.ReadAsync(
                    session => session.SingleAsync<long>($"SELECT COALESCE(SUM({state}), 0) FROM mailings"), Stop)));
        }
    }

    /// <summary>The state and number of attempts of every delivery.</summary>
    protected Task<IReadOnlyList<(string State, int Attempts)>> DeliveriesAsync() => Database.ReadAsync(
        session => session.QueryAsync<(string, int)>("SELECT state, attempts FROM deliveries ORDER BY id"), Stop);
}
