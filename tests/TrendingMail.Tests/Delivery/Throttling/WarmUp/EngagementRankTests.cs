using TrendingMail.Delivery;
using TrendingMail.Delivery.Throttling.WarmUp;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Delivery.Throttling.WarmUp;

/// <summary>The order in which digests are claimed while a server is warmed up.</summary>
public abstract class EngagementRankTests(DatabaseFixture fixture) : DeliveryQueueTestBase(fixture)
{
    private static readonly string[] Names = ["bounced", "plain", "confirmed", "lapsed", "engaged"];

    private static readonly string[] Ranked = ["engaged", "confirmed", "plain", "lapsed", "bounced"];

    [Fact]
    public async Task AnEditionIsQueuedForTheMostEngagedFirst()
    {
        WarmUps = CreateSchedule();
        await AddSubscribersAsync();

        await Planner.PlanEditionAsync(Today, null, Stop);

        Assert.Empty(await ClaimAsync());
        Clock.Advance(EngagementRank.MaxDelay);
        Assert.Equal(Ranked, await ClaimAsync());
    }

    [Fact]
    public async Task TheMostEngagedOfThoseWhoAreDueComeFirst()
    {
        WarmUps = CreateSchedule();
        await AddSubscribersAsync();
        await PublishAsync(Today, TestPapers.Listed("2611.00001"));

        Assert.Equal(5, (await Planner.PlanDueAsync(Stop)).Queued);

        await DeleteWelcomeMailAsync();
        Assert.Empty(await ClaimAsync());
        Clock.Advance(EngagementRank.MaxDelay);
        Assert.Equal(Ranked, await ClaimAsync());
    }

    [Fact]
    public async Task WithoutAWarmUpDigestsAreReadyAtOnceInTheOrderOfSubscribers()
    {
        await AddSubscribersAsync();

        await Planner.PlanEditionAsync(Today, null, Stop);

        Assert.Equal(Names, await ClaimAsync());
    }

    private static WarmUpSchedule CreateSchedule() =>
        new([new SmtpOptions { Host = "mx1", WarmUp = new WarmUpOptions { FirstDay = Today } }]);

    private async Task AddSubscribersAsync()
    {
        foreach (var name in Names)
        {
            await AddSubscriberAsync($"{name}@example.org");
        }

        await DeleteWelcomeMailAsync();
        await ConfirmAsync("confirmed", daysAgo: 29);
        await ConfirmAsync("engaged", daysAgo: 1);
        await GiveFeedbackAsync("engaged", daysAgo: 80);
        await ConfirmAsync("lapsed", daysAgo: 31);
        await GiveFeedbackAsync("lapsed", daysAgo: 91);
        await ConfirmAsync("bounced", daysAgo: 1);
        await ExecuteAsync("""
            INSERT INTO bounce_scores (subscriber_id, score, bounced_at)
            SELECT id, 1, @at FROM subscribers WHERE address = @address
            """, "bounced", daysAgo: 3);
    }

    private Task<int> ConfirmAsync(string name, int daysAgo) => ExecuteAsync("""
        INSERT INTO consent_events (subscriber_id, kind, at, origin)
        SELECT id, 'confirmed', @at, 'web' FROM subscribers WHERE address = @address
        """, name, daysAgo);

    private Task<int> GiveFeedbackAsync(string name, int daysAgo) => ExecuteAsync("""
        INSERT INTO feedback (subscriber_id, paper_id, kind, at, weight_changes)
        SELECT id, 1, 'more', @at, '[]' FROM subscribers WHERE address = @address
        """, name, daysAgo);

    private Task<int> DeleteWelcomeMailAsync() => Database.WriteAsync(session => session.ExecuteAsync("""
        DELETE FROM deliveries WHERE mailing_id IN (SELECT id FROM mailings WHERE kind = 'welcome')
        """), Stop);

    private Task<int> ExecuteAsync(string sql, string name, int daysAgo) => Database.WriteAsync(
        session => session.ExecuteAsync(
            sql, new { at = Clock.GetUtcNow().AddDays(-daysAgo), address = $"{name}@example.org" }), Stop);

    private async Task<string[]> ClaimAsync() =>
    [
        .. (await DeliveryQueue.ClaimAsync("here/1/1", 10, Stop))
            .Select(delivery => delivery.Subscriber.Address.Split('@')[0]),
    ];
}

public sealed class EngagementRankOnSqlite() : EngagementRankTests(new SqliteFixture());

public sealed class EngagementRankOnPostgreSql() : EngagementRankTests(new PostgreSqlFixture());
