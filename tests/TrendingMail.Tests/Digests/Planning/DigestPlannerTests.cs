using TrendingMail.Digests.Planning;
using TrendingMail.Editions;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests.Planning;

public abstract class DigestPlannerTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task SwitchingFromWeeklyToDailyRepeatsNoEdition()
    {
        var subscriber = await AddSubscriberAsync("ada@example.net", new Preferences { Frequency = Frequency.Weekly });
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await Planner.PlanDueAsync(Stop);
        await Subscribers.SavePreferencesAsync(subscriber.Id, new Preferences(), null, Stop);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, (await Planner.PlanDueAsync(Stop)).Queued);
        Assert.Equal(0, (await Planner.PlanEditionAsync(Today, null, Stop)).Queued);
    }

    [Fact]
    public async Task DueSubscriberGetsTheNewestEdition()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await PublishAsync(Today.AddDays(-3), TestPapers.Listed("2611.00001", day: Today.AddDays(-3)));
        await PublishAsync(Today, TestPapers.Listed("2611.00002"));

        Assert.Equal(new PlanResult(1, 1), await Planner.PlanDueAsync(Stop));

        Assert.Equal([(ada.Id, "daily", "2026-11-23")], await DigestsAsync());
        Assert.Equal(Morning.AddHours(23), (await Subscribers.FindAsync(ada.Id, Stop))!.NextDueAt);
    }

    [Fact]
    public async Task PlanningAgainChangesNothing()
    {
        await AddSubscriberAsync("ada@example.org");
        await PublishTodayAsync();
        await Planner.PlanDueAsync(Stop);
        var before = await SnapshotAsync();

        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task ConcurrentPlanningQueuesEachDigestOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddSubscriberAsync($"r{i}@example.org");
        }

        await PublishTodayAsync();

        var plans = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Planner.PlanDueAsync(Stop))));

        Assert.Equal(5, plans.Sum(plan => plan.Queued));
        Assert.Equal(5, (await DigestsAsync()).Count);
    }

    [Fact]
    public async Task SubscriberWhoIsNotYetDueGetsNone()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await Planner.PlanDueAsync(Stop);
        await Subscribers.SavePreferencesAsync(ada.Id, new Preferences { SendAt = new TimeOnly(8, 1) }, null, Stop);
        await PublishTodayAsync();

        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new PlanResult(1, 1), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task EditionIsNotQueuedTwice()
    {
        await AddSubscriberAsync("ada@example.org");
        await PublishTodayAsync();
        await Planner.PlanDueAsync(Stop);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new PlanResult(1, 0), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task PendingAndUnsubscribedSubscribersGetNone()
    {
        await SignUp.RequestAsync(Address("pending@example.org"), new Preferences(), Web, Stop);
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        await PublishTodayAsync();

        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanEditionAsync(Today, null, Stop));
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanEditionAsync(Today, Address("gone@example.org"), Stop));
        Assert.Empty(await DigestsAsync());
    }

    [Fact]
    public async Task PauseSuspendsDigestsAndEndsOnItsDay()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await Subscribers.SavePreferencesAsync(ada.Id, new Preferences(), Today.AddDays(2), Stop);
        Clock.Advance(TimeSpan.FromDays(1));
        await PublishTodayAsync();
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanEditionAsync(Today, null, Stop));

        Clock.Advance(TimeSpan.FromHours(23));

        Assert.Equal(new PlanResult(1, 1), await Planner.PlanDueAsync(Stop));
        var back = (await Subscribers.FindAsync(ada.Id, Stop))!;
        Assert.Equal((SubscriberState.Active, null), (back.State, back.PausedUntil));
        Assert.Equal(Morning.AddDays(3).AddHours(-1), back.NextDueAt);
    }

    [Fact]
    public async Task WeeklySubscriberGetsTheWeeklyDigest()
    {
        var ada = await AddSubscriberAsync("ada@example.org", new Preferences { Frequency = Frequency.Weekly });
        await PublishTodayAsync();

        await Planner.PlanDueAsync(Stop);

        Assert.Equal([(ada.Id, "weekly", "2026-11-23")], await DigestsAsync());
        Assert.Equal(Morning.AddDays(7).AddHours(-1), (await Subscribers.FindAsync(ada.Id, Stop))!.NextDueAt);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(8, 0)]
    public async Task EditionOlderThanAWeekIsNotQueued(int days, int queued)
    {
        await AddSubscriberAsync("ada@example.org");
        var day = Today.AddDays(-days);
        await PublishAsync(day, TestPapers.Listed("2611.00001", day: day));

        Assert.Equal(queued, await Planner.CountDueAsync(Stop));
        Assert.Equal(new PlanResult(1, queued), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task NothingIsQueuedBeforeTheFirstEdition()
    {
        await AddSubscriberAsync("ada@example.org");

        Assert.Equal(0, await Planner.CountDueAsync(Stop));
        Assert.Equal(new PlanResult(1, 0), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task SubscribersBeyondOneBatchArePlanned()
    {
        await Database.WriteAsync(async session =>
        {
            for (var i = 0; i < 1001; i++)
            {
                var subscriber = await Subscribers.AddPendingAsync(
                    session, Address($"r{i}@example.org"), new Preferences());
                await Subscribers.ActivateAsync(session, subscriber.Id);
            }
        }, Stop);
        await PublishTodayAsync();

        Assert.Equal(1001, await Planner.CountDueAsync(Stop));
        Assert.Equal(new PlanResult(1001, 1001), await Planner.PlanDueAsync(Stop));
        Assert.Equal(new PlanResult(1001, 0), await Planner.PlanEditionAsync(Today, null, Stop));
        Assert.Equal(1001, (await DigestsAsync()).Select(digest => digest.SubscriberId).Distinct().Count());
    }

    [Fact]
    public async Task PlanEditionQueuesForDailyAndWeekdaySubscribersWhateverTheHour()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        var bo = await AddSubscriberAsync("bo@example.org", new Preferences { Frequency = Frequency.Weekdays });
        await AddSubscriberAsync("cy@example.org", new Preferences { Frequency = Frequency.Weekly });
        await PublishTodayAsync();
        await Planner.PlanDueAsync(Stop);
        await PublishAsync(Today.AddDays(1), TestPapers.Listed("2611.00009", day: Today.AddDays(1)));

        Assert.Equal(2, await Planner.CountEditionAsync(Today.AddDays(1), null, Stop));
        Assert.Equal(new PlanResult(2, 2), await Planner.PlanEditionAsync(Today.AddDays(1), null, Stop));

        Assert.Equal([ada.Id, bo.Id],
            (await DigestsAsync()).Where(digest => digest.Key == "2026-11-24").Select(digest => digest.SubscriberId));
    }

    [Fact]
    public async Task PlanEditionCanTargetOneSubscriber()
    {
        await AddSubscriberAsync("ada@example.org");
        var cy = await AddSubscriberAsync("cy@example.org", new Preferences { Frequency = Frequency.Weekly });
        await PublishTodayAsync();

        Assert.Equal(1, await Planner.CountEditionAsync(Today, Address("cy@example.org"), Stop));
        Assert.Equal(new PlanResult(1, 1), await Planner.PlanEditionAsync(Today, Address("CY@example.org"), Stop));

        Assert.Equal([(cy.Id, "daily", "2026-11-23")], await DigestsAsync());
        Assert.Equal(new PlanResult(1, 0), await Planner.PlanEditionAsync(Today, Address("cy@example.org"), Stop));
    }

    [Fact]
    public async Task CountingChangesNothing()
    {
        await AddSubscriberAsync("ada@example.org");
        await PublishTodayAsync();
        var before = await SnapshotAsync();

        Assert.Equal(1, await Planner.CountDueAsync(Stop));
        Assert.Equal(1, await Planner.CountEditionAsync(Today, null, Stop));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task SuppressedSubscriberGetsNoneUntilTheSuppressionIsLifted()
    {
        var ada = await AddSubscriberAsync("ada@example.org");
        await Suppressions.AddAsync(Address("ada@example.org"), SuppressionReason.HardBounce, null, Stop);
        await PublishTodayAsync();

        Assert.Equal(0, await Planner.CountDueAsync(Stop));
        Assert.Equal(0, await Planner.CountEditionAsync(Today, null, Stop));
        Assert.Equal(new PlanResult(1, 0), await Planner.PlanDueAsync(Stop));
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanEditionAsync(Today, Address("ada@example.org"), Stop));
        Assert.Equal(Morning.AddHours(23), (await Subscribers.FindAsync(ada.Id, Stop))!.NextDueAt);

        await Suppressions.RemoveAsync(Address("ada@example.org"), Stop);
        Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(new PlanResult(1, 1), await Planner.PlanDueAsync(Stop));
    }

    private Task<Edition> PublishTodayAsync() => PublishAsync(Today, TestPapers.Listed("2611.00001"));

    private Task<IReadOnlyList<(long SubscriberId, string Kind, string Key)>> DigestsAsync() => Database.ReadAsync(
        session => session.QueryAsync<(long, string, string)>("""
            SELECT d.subscriber_id, m.kind, m.key
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE m.kind IN ('daily', 'weekly')
            ORDER BY d.id
            """), Stop);
}

public sealed class DigestPlannerOnSqlite() : DigestPlannerTests(new SqliteFixture());

public sealed class DigestPlannerOnPostgreSql() : DigestPlannerTests(new PostgreSqlFixture());
