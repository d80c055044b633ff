using Microsoft.Extensions.Time.Testing;
using TrendingMail.Delivery.Hold;
using TrendingMail.Digests;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>An operator sends an edition while a server is warmed up.</summary>
public sealed class RankedSendTests() : WarmUpTestBase(new SqliteFixture())
{
    [Fact(Timeout = 60_000)]
    public async Task SendingWaitsUntilAllDigestsAreInOrder()
    {
        var fleet = CreateFleet(Warming("mx1", 5, domain: 5));
        for (var i = 0; i < 6; i++)
        {
            await AddSubscriberAsync($"r{i}@example.org");
        }

        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM deliveries"), Stop);
        using var dispatcher = CreateDispatcher(fleet);
        var sender = new DigestSender(
            Planner, DeliveryQueue, dispatcher, new HoldStore(Database),
            new DigestHoldStore(Database, Delivery, Clock), Editions, new ImpatientClock(Clock));

        var report = await sender.SendAsync(Today, null, Stop);

        Assert.Equal((6, 4, 4, 2), (report.Queued, report.Handled, report.Outcomes.Sent, report.Waiting));
        Assert.Equal(4, fleet.Handed.Count);
        Assert.InRange(report.NextAttemptAt!.Value, Morning.AddHours(1), Morning.AddHours(1).AddSeconds(1));
    }

    /// <summary>A clock on which every delay is over at once.</summary>
    private sealed class ImpatientClock(FakeTimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            clock.Advance(dueTime);
            return clock.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
