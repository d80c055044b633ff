using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Digests.Planning;
using TrendingMail.Editions.Publishing;
using TrendingMail.Papers.Sources;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Digests.Planning;

/// <summary>Digests of editions that are published after subscribers were due, or not at all.</summary>
public abstract class LateEditionTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly DateOnly Monday = Today;

    private readonly HashSet<DateOnly> listed = [Monday.AddDays(-3)];

    private bool isFailing;

    [Theory]
    [InlineData("Europe/Berlin", "06:30", "2026-11-24T05:30Z")]
    [InlineData("Asia/Tokyo", "07:00", "2026-11-23T22:00Z")]
    [InlineData("Pacific/Kiritimati", "11:31", "2026-11-23T21:31Z")]
    [InlineData("America/Los_Angeles", "01:00", "2026-11-24T09:00Z")]
    public async Task AnOutageOverPublicationAndSendTimeLosesNoDigest(string zone, string sendAt, string dueAt)
    {
        var ada = await StartAsync(zone, sendAt);
        listed.Add(Monday);

        AdvanceTo("2026-11-24T09:23Z");

        await PlanAsync();
        Assert.Equal(Instant(dueAt), await NextDueAsync(ada));
        Assert.Equal(["2026-11-20"], await KeysAsync(ada));
        await RefreshAsync();
        Assert.Equal(1, await Planner.CountDueAsync(Stop));
        await PlanAsync();
        await PlanAsync();
        Assert.Equal(["2026-11-20", "2026-11-23"], await KeysAsync(ada));
        Assert.Equal(Instant(dueAt).AddDays(1), await NextDueAsync(ada));
    }

    [Fact]
    public async Task AFailingSourceLosesNoDigest()
    {
        var ada = await StartAsync("Asia/Tokyo", "07:00");
        isFailing = true;
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();

        AdvanceTo("2026-11-23T22:00Z");
        await PlanAsync();
        Assert.Equal(0, await Planner.CountDueAsync(Stop));
        isFailing = false;
        listed.Add(Monday);
        AdvanceTo("2026-11-24T03:00Z");
        await RefreshAsync();
        await PlanAsync();

        Assert.Equal(["2026-11-20", "2026-11-23"], await KeysAsync(ada));
        Assert.Equal(Instant("2026-11-24T22:00Z"), await NextDueAsync(ada));
    }

    [Fact]
    public async Task ALateListingLosesNoDigest()
    {
        var ada = await StartAsync("Asia/Tokyo", "07:00");
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();
        AdvanceTo("2026-11-23T22:00Z");
        await PlanAsync();

        listed.Add(Monday);
        AdvanceTo("2026-11-24T01:00Z");
        await RefreshAsync();
        await PlanAsync();

        Assert.Equal(["2026-11-20", "2026-11-23"], await KeysAsync(ada));
    }

    [Fact]
    public async Task AfterAHolidayTheNextEditionKeepsItsSendTime()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();
        AdvanceTo("2026-11-24T05:30Z");
        await PlanAsync();
        listed.Add(Monday.AddDays(1));

        AdvanceTo("2026-11-24T21:31Z");
        await RefreshAsync();
        await PlanAsync();
        Assert.Equal(["2026-11-20"], await KeysAsync(ada));
        Assert.Equal(Instant("2026-11-25T05:30Z"), await NextDueAsync(ada));
        AdvanceTo("2026-11-25T05:30Z");
        await PlanAsync();

        Assert.Equal(["2026-11-20", "2026-11-24"], await KeysAsync(ada));
    }

    [Fact]
    public async Task NobodyWaitsOverAWeekend()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        listed.UnionWith(Enumerable.Range(0, 5).Select(Monday.AddDays));
        foreach (var day in Enumerable.Range(0, 7).Select(Monday.AddDays))
        {
            AdvanceTo($"{day:yyyy-MM-dd}T21:30Z");
            await RefreshAsync();
            AdvanceTo($"{day.AddDays(1):yyyy-MM-dd}T05:30Z");
            await PlanAsync();
            Assert.Equal(Instant($"{day.AddDays(2):yyyy-MM-dd}T05:30Z"), await NextDueAsync(ada));
        }

        Assert.Equal(
            ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"],
            await KeysAsync(ada));
    }

    [Fact]
    public async Task ALongOutageSendsTheNewestEditionOnly()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        listed.UnionWith([Monday, Monday.AddDays(1), Monday.AddDays(2), Monday.AddDays(3)]);
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();

        AdvanceTo("2026-11-27T09:23Z");
        await PlanAsync();
        Assert.Equal(["2026-11-20"], await KeysAsync(ada));
        await RefreshAsync();
        await PlanAsync();
        await PlanAsync();

        Assert.Equal(["2026-11-20", "2026-11-26"], await KeysAsync(ada));
        Assert.Equal(Instant("2026-11-28T05:30Z"), await NextDueAsync(ada));
    }

    [Fact]
    public async Task NobodyWaitsForeverForAnEditionThatNeverComes()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        var bo = await AddSubscriberAsync(
            "bo@example.org", new Preferences { TimeZone = "Europe/Berlin", SendAt = new TimeOnly(6, 30) });
        await Subscribers.SavePreferencesAsync(bo.Id, bo.Preferences, Monday.AddDays(1), Stop);
        isFailing = true;
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();
        AdvanceTo("2026-11-24T05:30Z");
        await PlanAsync();
        Assert.Empty(await KeysAsync(bo.Id));

        AdvanceTo("2026-11-25T05:30Z");
        await RefreshAsync();
        await PlanAsync();

        Assert.Equal(["2026-11-20"], await KeysAsync(bo.Id));
        Assert.Equal(["2026-11-20"], await KeysAsync(ada));
        Assert.Equal(Instant("2026-11-25T05:30Z"), await NextDueAsync(ada));
    }

    [Fact]
    public async Task AnEditionThatIsTooLateWaitsForTheNextSendTime()
    {
        DigestOptions = DigestOptions with { CatchUpHours = 2 };
        var ada = await StartAsync("Europe/Berlin", "06:30");
        isFailing = true;
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();
        AdvanceTo("2026-11-24T05:30Z");
        await PlanAsync();
        AdvanceTo("2026-11-24T07:30Z");
        await PlanAsync();
        isFailing = false;
        listed.Add(Monday);
        await RefreshAsync();

        await PlanAsync();

        Assert.Equal(["2026-11-20"], await KeysAsync(ada));
        Assert.Equal(Instant("2026-11-25T05:30Z"), await NextDueAsync(ada));
    }

    [Fact]
    public async Task AWeeklySubscriberWaitsForTheLastDayOfTheWeek()
    {
        await StartAsync("Europe/Berlin", "06:30");
        var bo = await AddSubscriberAsync("bo@example.org", new Preferences
        {
            Frequency = Frequency.Weekly, Weekday = DayOfWeek.Tuesday, TimeZone = "Europe/Berlin",
            SendAt = new TimeOnly(6, 30),
        });
        await PlanAsync();
        isFailing = true;
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();
        AdvanceTo("2026-11-24T05:30Z");
        await PlanAsync();
        Assert.Equal(["2026-11-20"], await KeysAsync(bo.Id));

        isFailing = false;
        listed.Add(Monday);
        AdvanceTo("2026-11-24T12:00Z");
        await RefreshAsync();
        await PlanAsync();

        Assert.Equal(["2026-11-20", "2026-11-23"], await KeysAsync(bo.Id));
        Assert.Equal(Instant("2026-12-01T05:30Z"), await NextDueAsync(bo.Id));
    }

    [Fact]
    public async Task ANewSubscriberGetsTheNewestEditionAtOnceEvenIfALaterOneIsMissing()
    {
        await StartAsync("Europe/Berlin", "06:30");
        isFailing = true;
        AdvanceTo("2026-11-23T21:31Z");
        await RefreshAsync();

        var bo = await AddSubscriberAsync("bo@example.org", new Preferences { TimeZone = "Europe/Berlin" });
        await PlanAsync();

        Assert.Equal(["2026-11-20"], await KeysAsync(bo.Id));
    }

    [Fact]
    public async Task ASubscriberWhoConfirmsBeforeTheFirstEditionGetsIt()
    {
        Sources = [CreateSource()];
        var ada = await AddSubscriberAsync("ada@example.org");
        await PlanAsync();
        await RefreshAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));

        await PlanAsync();

        Assert.Equal(["2026-11-20"], await KeysAsync(ada.Id));
    }

    [Fact]
    public async Task SavingPreferencesWhileWaitingLosesNoDigest()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        isFailing = true;
        AdvanceTo("2026-11-23T21:30Z");
        await RefreshAsync();
        AdvanceTo("2026-11-24T05:30Z");
        await PlanAsync();
        await Subscribers.SavePreferencesAsync(
            ada, new Preferences { TimeZone = "Europe/Berlin", SendAt = new TimeOnly(5, 0), Papers = 5 }, null, Stop);
        await PlanAsync();
        isFailing = false;
        listed.Add(Monday);
        AdvanceTo("2026-11-24T07:00Z");
        await RefreshAsync();

        await PlanAsync();

        Assert.Equal(["2026-11-20", "2026-11-23"], await KeysAsync(ada));
        Assert.Equal(Instant("2026-11-25T04:00Z"), await NextDueAsync(ada));
    }

    [Fact]
    public async Task TwoNodesQueueALateEditionOnce()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        for (var i = 0; i < 5; i++)
        {
            await AddSubscriberAsync($"r{i}@example.org", new Preferences { TimeZone = "Europe/Berlin" });
        }

        await PlanAsync();
        listed.Add(Monday);
        AdvanceTo("2026-11-24T09:23Z");
        await Task.WhenAll(PlanAsync(), PlannerOn(OtherNode).PlanDueAsync(Stop));
        await RefreshAsync();

        await Task.WhenAll(PlanAsync(), PlannerOn(OtherNode).PlanDueAsync(Stop));

        Assert.Equal(["2026-11-20", "2026-11-23"], await KeysAsync(ada));
        Assert.Equal(
            12, await CountAsync("deliveries d JOIN mailings m ON m.id = d.mailing_id WHERE m.kind = 'daily'"));
    }

    /// <summary>Publishes Friday's edition, and adds a subscriber who has received it.</summary>
    [Theory]
    [InlineData(Frequency.Daily)]
    [InlineData(Frequency.Weekly)]
    public async Task AClockThatWasFarAheadAndIsBackLosesNoDigest(Frequency frequency)
    {
        var ada = await StartAsync("Europe/Berlin", "06:30", frequency);
        AdvanceTo("2027-03-01T05:30Z");
        listed.Add(DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime));
        await RefreshAsync();
        await PlanAsync();
        listed.UnionWith(Enumerable.Range(0, 7).Select(Monday.AddDays));

        Clock.AdjustTime(Instant("2026-11-23T21:30Z"));
        await RefreshAsync();
        await PlanAsync();
        Assert.Equal(
            Instant(frequency == Frequency.Daily ? "2026-11-24T05:30Z" : "2026-11-30T05:30Z"),
            await NextDueAsync(ada));
        for (var day = Monday; day < Monday.AddDays(8); day = day.AddDays(1))
        {
            AdvanceTo($"{day:yyyy-MM-dd}T21:31Z");
            await RefreshAsync();
            AdvanceTo($"{day.AddDays(1):yyyy-MM-dd}T05:30Z");
            await PlanAsync();
        }

        Assert.Contains(frequency == Frequency.Daily ? "2026-11-25" : "2026-11-29", await KeysAsync(ada));
    }

    [Fact]
    public async Task APauseUntilALaterDayIsNoFaultOfTheClock()
    {
        var ada = await StartAsync("Europe/Berlin", "06:30");
        await Database.WriteAsync(session => Subscribers.PauseAsync(session, ada, Monday.AddDays(60)), Stop);
        var due = await NextDueAsync(ada);

        await PlanAsync();

        Assert.Equal(due, await NextDueAsync(ada));
    }

    private async Task<long> StartAsync(string zone, string sendAt, Frequency frequency = Frequency.Daily)
    {
        Sources = [CreateSource()];
        await RefreshAsync();
        var subscriber = await AddSubscriberAsync("ada@example.org", new Preferences
        {
            TimeZone = zone, SendAt = TimeOnly.Parse(sendAt, CultureInfo.InvariantCulture), Frequency = frequency,
        });
        Clock.Advance(TimeSpan.FromMinutes(1));
        await PlanAsync();
        Assert.Equal(["2026-11-20"], await KeysAsync(subscriber.Id));
        return subscriber.Id;
    }

    private FakeSource CreateSource() => new(day => isFailing
        ? throw new TrendingMailException("it cannot be reached")
        : new FetchResult(
            listed.Contains(day) ? [TestPapers.Listed($"{day:yyMM}.000{day:dd}", day: day)] : [], []));

    private async Task RefreshAsync()
    {
        using var publisher = new EditionPublisher(
            new PaperCollector(Sources, Papers, Clock, NullLogger<PaperCollector>.Instance), Papers, Editions,
            EligibilityPolicy.For(Sources), DigestOptions, Clock, NullLogger<EditionPublisher>.Instance);
        await publisher.RefreshAsync(Stop);
    }

    private Task<PlanResult> PlanAsync() => Planner.PlanDueAsync(Stop);

    private void AdvanceTo(string instant) => Clock.SetUtcNow(Instant(instant));

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private async Task<DateTimeOffset?> NextDueAsync(long id) => (await Subscribers.FindAsync(id, Stop))!.NextDueAt;

    private Task<IReadOnlyList<string>> KeysAsync(long id) => Database.ReadAsync(session =>
        session.QueryAsync<string>("""
            SELECT m.key
            FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
            WHERE d.subscriber_id = @id AND m.kind IN ('daily', 'weekly')
            ORDER BY m.key
            """, new { id }), Stop);
}

public sealed class LateEditionsOnSqlite() : LateEditionTests(new SqliteFixture());

public sealed class LateEditionsOnPostgreSql() : LateEditionTests(new PostgreSqlFixture());
