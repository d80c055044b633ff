using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers;

public abstract class SubscriberStoreTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly Preferences Chosen = new()
    {
        Frequency = Frequency.Weekly,
        Weekday = DayOfWeek.Thursday,
        SendAt = new TimeOnly(18, 45),
        TimeZone = "Asia/Kathmandu",
        Papers = 25,
        Format = MailFormat.Text,
    };

    [Fact]
    public async Task ANewSubscriberIsPendingWithTheGivenPreferences()
    {
        var subscriber = await AddPendingAsync("ada@example.org");

        Assert.Equal(("ada@example.org", SubscriberState.Pending, 0),
            (subscriber.Address, subscriber.State, subscriber.LinkEpoch));
        Assert.Equal(Chosen, subscriber.Preferences);
        Assert.Equal(Morning, subscriber.CreatedAt);
        Assert.Null(subscriber.NextDueAt);
    }

    [Fact]
    public async Task ASubscriberIsFoundByAnySpellingOfTheAddress()
    {
        var subscriber = await AddPendingAsync("Ada@Bücher.example");

        Assert.Equal(subscriber, await Subscribers.FindAsync(Address("ada@xn--bcher-kva.example"), Stop));
        Assert.Equal(subscriber, await Subscribers.FindAsync(subscriber.Id, Stop));
        Assert.Equal("Ada@bücher.example", subscriber.Address);
        Assert.Null(await Subscribers.FindAsync(Address("ada@example.org"), Stop));
    }

    [Fact]
    public async Task AMailboxHasOnlyOneSubscriber()
    {
        await AddPendingAsync("ada@example.org");

        await Assert.ThrowsAnyAsync<Exception>(() => AddPendingAsync("ADA@example.org"));
    }

    [Fact]
    public async Task IdsAreNeverReused()
    {
        var first = await AddPendingAsync("ada@example.org");
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM subscribers"), Stop);

        Assert.True((await AddPendingAsync("ada@example.org")).Id > first.Id);
    }

    [Fact]
    public async Task TheFirstDigestIsDueAtOnce()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        Assert.Equal((SubscriberState.Active, Morning), (subscriber.State, subscriber.NextDueAt));
    }

    [Fact]
    public async Task PreferencesAreSavedWithTheNextDueInstant()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");
        await Planner.PlanDueAsync(Stop);

        var due = await Subscribers.SavePreferencesAsync(subscriber.Id, Chosen, null, Stop);

        var saved = (await Subscribers.FindAsync(subscriber.Id, Stop))!;
        Assert.Equal(Chosen, saved.Preferences);
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 13, 0, 0, TimeSpan.Zero), due);
        Assert.Equal(due, saved.NextDueAt);
        Assert.Equal(SubscriberState.Active, saved.State);
    }

    [Fact]
    public async Task ASubscriptionIsPausedAndResumed()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");
        var until = Today.AddDays(14);

        var due = await Subscribers.SavePreferencesAsync(subscriber.Id, new Preferences(), until, Stop);
        var paused = (await Subscribers.FindAsync(subscriber.Id, Stop))!;
        Assert.Equal((SubscriberState.Paused, until), (paused.State, paused.PausedUntil));
        Assert.Equal(new DateTimeOffset(until, new TimeOnly(7, 0), TimeSpan.Zero), due);

        await Subscribers.SavePreferencesAsync(subscriber.Id, new Preferences(), null, Stop);
        var back = (await Subscribers.FindAsync(subscriber.Id, Stop))!;
        Assert.Equal((SubscriberState.Active, null), (back.State, back.PausedUntil));
    }

    [Fact]
    public async Task PausingDoesNotChangePreferences()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org", Chosen);

        Assert.NotNull(await PauseAsync(subscriber.Id, Today.AddDays(14)));
        var paused = (await Subscribers.FindAsync(subscriber.Id, Stop))!;
        Assert.Equal((SubscriberState.Paused, Chosen), (paused.State, paused.Preferences));

        Assert.NotNull(await PauseAsync(subscriber.Id, null));
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(subscriber.Id, Stop))!.State);
        Assert.Null(await PauseAsync(4711, null));
    }

    [Fact]
    public async Task RevokingLinksIncrementsTheEpoch()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        await Database.WriteAsync(session => SubscriberStore.RevokeLinksAsync(session, subscriber.Id), Stop);

        Assert.Equal(subscriber.LinkEpoch + 1, (await Subscribers.FindAsync(subscriber.Id, Stop))!.LinkEpoch);
    }

    [Fact]
    public async Task PreferencesAreSavedOnlyForSubscribedPeople()
    {
        var pending = await AddPendingAsync("ada@example.org");
        var gone = await AddSubscriberAsync("bo@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        var before = await SnapshotAsync();

        Assert.Null(await Subscribers.SavePreferencesAsync(pending.Id, new Preferences(), null, Stop));
        Assert.Null(await Subscribers.SavePreferencesAsync(gone.Id, new Preferences(), Today.AddDays(3), Stop));

        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task DueSubscribersAreReturnedLongestOverdueFirst()
    {
        var bo = await AddSubscriberAsync("bo@example.org");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var ada = await AddSubscriberAsync("ada@example.org");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AddSubscriberAsync("late@example.org");
        await AddPendingAsync("pending@example.org");
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        var now = Morning.AddMinutes(5);

        var due = await Database.ReadAsync(session => DueSubscribers.FindAsync(session, default, now, 10), Stop);

        Assert.Equal([bo.Id, ada.Id], due.Select(subscriber => subscriber.Id));
        Assert.Single(await Database.ReadAsync(session => DueSubscribers.FindAsync(session, default, now, 1), Stop));
    }

    [Fact]
    public async Task SubscribersAreCountedByState()
    {
        await AddPendingAsync("a@example.org");
        await AddSubscriberAsync("b@example.org");
        await AddSubscriberAsync("c@example.org");
        var paused = await AddSubscriberAsync("d@example.org");
        await Subscribers.SavePreferencesAsync(paused.Id, new Preferences(), Today.AddDays(3), Stop);

        var counts = await Subscribers.CountByStateAsync(Stop);

        Assert.Equal([1, 2, 1, 0], Enum.GetValues<SubscriberState>().Select(state => counts[state]));
    }

    [Fact]
    public async Task TheConsentHistoryIsAppendOnly()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE consent_events SET kind = 'confirmed' WHERE subscriber_id = @Id", new { subscriber.Id }), Stop));

        var history = await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop);
        Assert.Equal((ConsentKind.Added, "command"), (Assert.Single(history).Kind, history[0].Origin));
    }

    [Fact]
    public async Task OnlyTheNetworkOfAConsentEventCanBeDeleted()
    {
        await SignUp.RequestAsync(Address("ada@example.org"), new Preferences(), Web, Stop);

        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE consent_events SET network = NULL, at = at + 1"), Stop));
        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE consent_events SET network = '198.51.100.0/24'"), Stop));
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE consent_events SET network = NULL"), Stop);

        var subscriber = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Null(Assert.Single(await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop)).Network);
    }

    [Fact]
    public async Task TheConsentTextIsSaved()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        await Database.WriteAsync(session => Subscribers.RecordConsentAsync(
            session, subscriber.Id, ConsentKind.Confirmed, Web, "Yes, mail me the day's papers."), Stop);

        Assert.Equal([null, "Yes, mail me the day's papers."],
            (await Subscribers.ListConsentEventsAsync(subscriber.Id, Stop)).Select(e => e.Text));
    }

    [Fact]
    public async Task ConsentEventsAreDeletedOnlyWithTheirSubscriber()
    {
        var subscriber = await AddSubscriberAsync("ada@example.org");

        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync(
            "DELETE FROM consent_events WHERE subscriber_id = @Id", new { subscriber.Id }), Stop));

        await Database.WriteAsync(session => session.ExecuteAsync(
            "DELETE FROM deliveries; DELETE FROM subscribers WHERE id = @Id", new { subscriber.Id }), Stop);
        Assert.Equal(0, await CountAsync("consent_events"));
    }

    private Task<DateTimeOffset?> PauseAsync(long id, DateOnly? until) =>
        Database.WriteAsync(session => Subscribers.PauseAsync(session, id, until), Stop);

    private Task<Subscriber> AddPendingAsync(string address) => Database.WriteAsync(
        session => Subscribers.AddPendingAsync(session, Address(address), Chosen), Stop);
}

public sealed class SubscriberStoreOnSqlite() : SubscriberStoreTests(new SqliteFixture());

public sealed class SubscriberStoreOnPostgreSql() : SubscriberStoreTests(new PostgreSqlFixture());
