using TrendingMail.Delivery;
using TrendingMail.Delivery.Dispatch;
using TrendingMail.Delivery.History;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Messages;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Messages;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>Tests that dispatch deliveries through servers of which some are warmed up.</summary>
public abstract class WarmUpTestBase(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    protected const string Mx1 = "mx1:25";

    protected const string Mx2 = "mx2:25";

    /// <summary>A server with a warm-up that begins today.</summary>
    protected static SmtpOptions Warming(string host, int start, double factor = 1.5, int days = 10, int domain = 0) =>
        new()
        {
            Host = host,
            WarmUp = new WarmUpOptions
            {
                FirstDay = Today, Start = start, Factor = factor, Days = days, DomainStart = domain,
            },
        };

    private protected FleetTransport CreateFleet(params SmtpOptions[] servers)
    {
        WarmUps = new WarmUpSchedule(servers);
        return new FleetTransport(Clock, [.. servers.Select(server => server.Name)]);
    }

    private protected DeliveryDispatcher CreateDispatcher(FleetTransport fleet) =>
        base.CreateDispatcher(fleet, ComposeAsync);

    private protected async Task<DispatchResult> DispatchAsync(FleetTransport fleet)
    {
        using var dispatcher = CreateDispatcher(fleet);
        return await dispatcher.DispatchAsync(null, Stop);
    }

    /// <summary>Queues today's digest to new subscribers, and waits until all are ready.</summary>
    protected async Task QueueDigestsAsync(int count, string domain = "example.org")
    {
        for (var i = 0; i < count; i++)
        {
            await EnqueueAsync($"r{i}@{domain}");
        }

        Clock.Advance(EngagementRank.MaxDelay);
    }

    protected Task QueueNoticeAsync(long subscriberId, long sourceId) => Database.WriteAsync(
        session => DeliveryQueue.EnqueueAsync(
            session, new Mailing.Notice(NoticeKind.AccountLink, sourceId), subscriberId), Stop);

    protected Task<IReadOnlyList<string>> RepliesAsync(string state) => Database.ReadAsync(
        session => session.QueryAsync<string>(
            "SELECT COALESCE(reply, '') FROM deliveries WHERE state = @state ORDER BY id", new { state }), Stop);

    protected Task<IReadOnlyList<DeliveryTrace>> TraceAsync(long subscriberId) =>
        new DeliveryEvents(Database).TraceAsync(subscriberId, null, 10, Stop);

    protected async Task<WarmUpStatus> StatusAsync(string server) =>
        (await new WarmUpReporter(WarmUps, WarmUpStore, Clock).ListAsync(Stop)).Single(s => s.Server == server);

    private static Task<Composition>? ComposeAsync(
        MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken) =>
        Task.FromResult<Composition>(new Composition.Mail(TestEnvelopes.To(
            subscriber.Address, $"{identity.Mailing.KindName}.{identity.DeliveryId}@example.org")));
}
