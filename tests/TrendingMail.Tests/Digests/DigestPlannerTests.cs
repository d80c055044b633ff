using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests;

public abstract class DigestPlannerTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task WhoGoesFromWeeklyToDailyDoesNotGetADayAgainThatTheWeekHad()
    {
        var reader = await AddReaderAsync("ada@example.net", new Preferences { Frequency = Frequency.Weekly });
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));
        await Planner.PlanDueAsync(Stop);
        await Subscribers.SavePreferencesAsync(reader.Id, new Preferences(), null, Stop);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, (await Planner.PlanDueAsync(Stop)).Queued);
        Assert.Equal(0, (await Planner.PlanEditionAsync(Today, null, Stop)).Queued);
    }

    [Fact]
    public async Task WhoIsDueGetsTheNewestEdition()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await PublishAsync(Today.AddDays(-3), TestPapers.Listed("2611.00001", day: Today.AddDays(-3)));
        await PublishAsync(Today, TestPapers.Listed("2611.00002"));

        Assert.Equal(new PlanResult(1, 1), await Planner.PlanDueAsync(Stop));

        Assert.Equal([(ada.Id, "daily", "2026-11-23")], await DigestsAsync());
        Assert.Equal(Morning.AddHours(23), (await Subscribers.FindAsync(ada.Id, Stop))!.NextDueAt);
    }

    [Fact]
    public async Task PlanningAgainEndsWithTheSameLedger()
    {
        await AddReaderAsync("ada@example.org");
        await PublishTodayAsync();
        await Planner.PlanDueAsync(Stop);
        var before = await EverythingAsync();

        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task WhoeverPlansAtOnceEachDigestIsQueuedOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddReaderAsync($"r{i}@example.org");
        }

        await PublishTodayAsync();

        var plans = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Planner.PlanDueAsync(Stop))));

        Assert.Equal(5, plans.Sum(plan => plan.Queued));
        Assert.Equal(5, (await DigestsAsync()).Count);
    }

    [Fact]
    public async Task WhoseHourHasNotComeGetsNone()
    {
        var ada = await AddReaderAsync("ada@example.org");
        await Subscribers.SavePreferencesAsync(ada.Id, new Preferences { SendAt = new TimeOnly(8, 1) }, null, Stop);
        await PublishTodayAsync();

        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new PlanResult(1, 1), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task WhoHasAnEditionIsNotSentItAgain()
    {
        await AddReaderAsync("ada@example.org");
        await PublishTodayAsync();
        await Planner.PlanDueAsync(Stop);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new PlanResult(1, 0), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task WhoHasNotConfirmedOrHasLeftGetsNone()
    {
        await SignUp.RequestAsync(Address("pending@example.org"), new Preferences(), Web, Stop);
        var gone = await AddReaderAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        await PublishTodayAsync();

        Assert.Equal(new PlanResult(0, 0), await Planner.PlanDueAsync(Stop));
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanEditionAsync(Today, null, Stop));
        Assert.Equal(new PlanResult(0, 0), await Planner.PlanEditionAsync(Today, Address("gone@example.org"), Stop));
        Assert.Empty(await DigestsAsync());
    }

    [Fact]
    public async Task APauseHoldsDigestsBackAndEndsOnItsDay()
    {
        var ada = await AddReaderAsync("ada@example.org");
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
    public async Task AWeeklyReaderGetsTheWeek()
    {
        var ada = await AddReaderAsync("ada@example.org", new Preferences { Frequency = Frequency.Weekly });
        await PublishTodayAsync();

        await Planner.PlanDueAsync(Stop);

        Assert.Equal([(ada.Id, "weekly", "2026-11-23")], await DigestsAsync());
        Assert.Equal(Morning.AddDays(7).AddHours(-1), (await Subscribers.FindAsync(ada.Id, Stop))!.NextDueAt);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(8, 0)]
    public async Task AnEditionOlderThanAWeekIsNoNews(int days, int queued)
    {
        await AddReaderAsync("ada@example.org");
        var day = Today.AddDays(-days);
        await PublishAsync(day, TestPapers.Listed("2611.00001", day: day));

        Assert.Equal(queued, await Planner.CountDueAsync(Stop));
        Assert.Equal(new PlanResult(1, queued), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task BeforeTheFirstEditionNobodyIsSentAnything()
    {
        await AddReaderAsync("ada@example.org");

        Assert.Equal(0, await Planner.CountDueAsync(Stop));
        Assert.Equal(new PlanResult(1, 0), await Planner.PlanDueAsync(Stop));
    }

    [Fact]
    public async Task MoreReadersThanABatchAreAllPlanned()
    {
        await Database.WriteAsync(async session =>
        {
            for (var i = 0; i < 1001; i++)
            {
                var reader = await Subscribers.AddPendingAsync(session, Address($"r{i}@example.org"), new Preferences());
                await Subscribers.ActivateAsync(session, reader.Id);
            }
        }, Stop);
        await PublishTodayAsync();

        Assert.Equal(1001, await Planner.CountDueAsync(Stop));
        Assert.Equal(new PlanResult(1001, 1001), await Planner.PlanDueAsync(Stop));
        Assert.Equal(new PlanResult(1001, 0), await Planner.PlanEditionAsync(Today, null, Stop));
        Assert.Equal(1001, (await DigestsAsync()).Select(digest => digest.Reader).Distinct().Count());
    }

    [Fact]
    public async Task AnEditionGoesToWhoReadsDailyOrOnWeekdaysWhateverTheHour()
    {
        var ada = await AddReaderAsync("ada@example.org");
        var bo = await AddReaderAsync("bo@example.org", new Preferences { Frequency = Frequency.Weekdays });
        await AddReaderAsync("cy@example.org", new Preferences { Frequency = Frequency.Weekly });
        await PublishTodayAsync();
        await Planner.PlanDueAsync(Stop);
        await PublishAsync(Today.AddDays(1), TestPapers.Listed("2611.00009", day: Today.AddDays(1)));

        Assert.Equal(2, await Planner.CountEditionAsync(Today.AddDays(1), null, Stop));
        Assert.Equal(new PlanResult(2, 2), await Planner.PlanEditionAsync(Today.AddDays(1), null, Stop));

        Assert.Equal([ada.Id, bo.Id],
            (await DigestsAsync()).Where(digest => digest.Key == "2026-11-24").Select(digest => digest.Reader));
    }

    [Fact]
    public async Task AnEditionMayGoToOneReaderOnly()
    {
        await AddReaderAsync("ada@example.org");
        var cy = await AddReaderAsync("cy@example.org", new Preferences { Frequency = Frequency.Weekly });
        await PublishTodayAsync();

        Assert.Equal(1, await Planner.CountEditionAsync(Today, Address("cy@example.org"), Stop));
        Assert.Equal(new PlanResult(1, 1), await Planner.PlanEditionAsync(Today, Address("CY@example.org"), Stop));

        Assert.Equal([(cy.Id, "daily", "2026-11-23")], await DigestsAsync());
        Assert.Equal(new PlanResult(1, 0), await Planner.PlanEditionAsync(Today, Address("cy@example.org"), Stop));
    }

    [Fact]
    public async Task CountingChangesNothing()
    {
        await AddReaderAsync("ada@example.org");
        await PublishTodayAsync();
        var before = await EverythingAsync();

        Assert.Equal(1, await Planner.CountDueAsync(Stop));
        Assert.Equal(1, await Planner.CountEditionAsync(Today, null, Stop));

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task NothingIsPlannedForASuppressedReaderUntilThatIsLifted()
    {
        var ada = await AddReaderAsync("ada@example.org");
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

    private Task<IReadOnlyList<(long Reader, string Kind, string Key)>> DigestsAsync() => Database.ReadAsync(
        session => session.QueryAsync<(long, string, string)>("""
            SELECT d.subscriber_id, m.kind, m.key
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE m.kind IN ('daily', 'weekly')
            ORDER BY d.id
            """), Stop);
}

public sealed class DigestPlannerOnSqlite() : DigestPlannerTests(new SqliteFixture());

public sealed class DigestPlannerOnPostgreSql() : DigestPlannerTests(new PostgreSqlFixture());
