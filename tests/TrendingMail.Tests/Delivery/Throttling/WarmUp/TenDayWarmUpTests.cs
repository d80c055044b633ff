using TrendingMail.Delivery;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Digests;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>
/// Ten days of a newsletter whose servers are warmed up: a digest to everybody at eight each morning, a notice each
/// noon, and two runs an hour.
/// </summary>
public abstract class TenDayWarmUpTests(DatabaseFixture fixture) : WarmUpTestBase(fixture)
{
    private const int DayCount = 10;

    private const int SubscriberCount = 60;

    private readonly List<long> subscribers = [];

    [Fact]
    public async Task OneWarmingServerSharesTheMailWithAnOldOne()
    {
        var fleet = CreateFleet(Warming("mx1", 6), new SmtpOptions { Host = "mx2" });

        await SimulateAsync(fleet);

        // The old server takes what does not fit, so that everything is sent on its day.
        AssertWithinCaps(fleet, Mx1);
        AssertNobodyTwice(fleet);
        Assert.Equal(DayCount * SubscriberCount, fleet.Handed.Count(message => message.IsDigest));
        Assert.All(fleet.Handed.Where(message => message.IsDigest),
            message => Assert.InRange(message.At.TimeOfDay, TimeSpan.FromHours(8), TimeSpan.FromHours(9)));
        Assert.Equal(DayCount, fleet.Handed.Count(message => !message.IsDigest));
    }

    [Fact]
    public async Task TwoWarmingServersSendNoticesAtOnceAndWhatFitsOfTheDigestsTheMostEngagedFirst()
    {
        var fleet = CreateFleet(Warming("mx1", 6), Warming("mx2", 4));

        await SimulateAsync(fleet);

        AssertWithinCaps(fleet, Mx1);
        AssertWithinCaps(fleet, Mx2);
        AssertNobodyTwice(fleet);
        await AssertSentOrEndedWithTheCapAsync(fleet);
        AssertTheMostEngagedComeFirst(fleet);
        Assert.Equal(
            Enumerable.Range(0, DayCount).Select(Today.AddDays),
            fleet.Handed.Where(message => !message.IsDigest && message.At.Hour == 12).Select(message => message.Day));

        // The cap of a later day is above the number of subscribers: all get their digest in the same hour.
        var lastDay = Today.AddDays(DayCount - 1);
        Assert.Equal(SubscriberCount, fleet.Handed.Count(
            message => message.IsDigest && message.Day == lastDay && message.At.Hour == 8));
    }

    private async Task SimulateAsync(FleetTransport fleet)
    {
        await AddSubscribersAsync();
        using var dispatcher = CreateDispatcher(fleet);
        for (var hour = 0; hour < DayCount * 24; hour++)
        {
            var day = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
            if (Clock.GetUtcNow().Hour == 8)
            {
                await Database.WriteAsync(session => DeliveryQueue.EnqueueAsync(
                    session, [(Digest.MailingFor(weekly: false, day), subscribers)]), Stop);
            }
            else if (Clock.GetUtcNow().Hour == 12)
            {
                await QueueNoticeAsync(subscribers[^1], day.DayNumber);
            }

            Clock.Advance(TimeSpan.FromMinutes(1));
            await dispatcher.DispatchAsync(null, Stop);
            Clock.Advance(TimeSpan.FromMinutes(45));
            await dispatcher.DispatchAsync(null, Stop);
            Clock.Advance(TimeSpan.FromMinutes(14));
        }
    }

    /// <summary>The last twenty subscribers are the engaged ones, in rank 1.</summary>
    private async Task AddSubscribersAsync()
    {
        for (var i = 0; i < SubscriberCount; i++)
        {
            var domain = i % 2 == 0 ? "gmail.com" : i % 4 == 1 ? "outlook.com" : $"small{i}.example";
            subscribers.Add((await AddSubscriberAsync($"r{i:00}@{domain}")).Id);
        }

        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM deliveries"), Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("""
            INSERT INTO consent_events (subscriber_id, kind, at, origin)
            SELECT id, 'confirmed', @at, 'web' FROM subscribers WHERE id >= @first
            """, new { at = Clock.GetUtcNow(), first = subscribers[^20] }), Stop);
    }

    private void AssertWithinCaps(FleetTransport fleet, string server)
    {
        var plan = WarmUps.Plans.Single(plan => plan.Server == server);
        foreach (var day in fleet.Handed.Where(message => message.Server == server).GroupBy(message => message.Day))
        {
            Assert.InRange(day.Count(), 1, plan.GetCap(day.Key));
            Assert.InRange(
                day.Count(message => message.IsDigest), 0, WarmUpAllowance.GetDigestCap(plan.GetCap(day.Key)));
            foreach (var domain in day.GroupBy(message => message.Domain))
            {
                Assert.InRange(domain.Count(), 1, plan.GetCap(day.Key, domain.Key));
            }
        }
    }

    private static void AssertNobodyTwice(FleetTransport fleet) =>
        Assert.Equal(fleet.Handed.Count, fleet.Handed.Select(message => message.MessageId).Distinct().Count());

    private async Task AssertSentOrEndedWithTheCapAsync(FleetTransport fleet)
    {
        var failed = await RepliesAsync("failed");
        Assert.Equal(DayCount * SubscriberCount, fleet.Handed.Count(message => message.IsDigest) + failed.Count);
        Assert.NotEmpty(failed);
        Assert.All(failed, reply => Assert.Matches(
            @"^given up: no room before its expiry in the warm-up of mx[12]:25: .*cap of \d+ .*for 2026-1[12]-\d\d",
            reply));
        Assert.Empty(await RepliesAsync("queued"));
        Assert.Empty(await RepliesAsync("deferred"));
    }

    /// <summary>On the first day, what was sent at once went to the engaged, and nobody else.</summary>
    private static void AssertTheMostEngagedComeFirst(FleetTransport fleet)
    {
        var first = fleet.Handed.Where(message => message.IsDigest && message.Day == Today && message.At.Hour == 8)
            .ToArray();
        Assert.Equal(8, first.Length);
        Assert.All(first.Where(message => message.Domain == "gmail.com"), message => Assert.InRange(
            int.Parse(message.Recipient.AsSpan(1, 2), null), SubscriberCount - 20, SubscriberCount));
    }
}

public sealed class TenDayWarmUpOnSqlite() : TenDayWarmUpTests(new SqliteFixture());

public sealed class TenDayWarmUpOnPostgreSql() : TenDayWarmUpTests(new PostgreSqlFixture());
