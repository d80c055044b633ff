using TrendingMail.Subscribers;
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
        var reader = await AddPendingAsync("ada@example.org");

        Assert.Equal(("ada@example.org", SubscriberState.Pending, 0), (reader.Address, reader.State, reader.LinkEpoch));
        Assert.Equal(Chosen, reader.Preferences);
        Assert.Equal(Morning, reader.CreatedAt);
        Assert.Null(reader.NextDueAt);
    }

    [Fact]
    public async Task ASubscriberIsFoundByAnySpellingOfTheAddress()
    {
        var reader = await AddPendingAsync("Ada@Bücher.example");

        Assert.Equal(reader, await Subscribers.FindAsync(Address("ada@xn--bcher-kva.example"), Stop));
        Assert.Equal(reader, await Subscribers.FindAsync(reader.Id, Stop));
        Assert.Equal("Ada@bücher.example", reader.Address);
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
        var reader = await AddSubscriberAsync("ada@example.org");

        Assert.Equal((SubscriberState.Active, Morning), (reader.State, reader.NextDueAt));
    }

    [Fact]
    public async Task PreferencesAreSavedWithTheNextDueInstant()
    {
        var reader = await AddSubscriberAsync("ada@example.org");

        var due = await Subscribers.SavePreferencesAsync(reader.Id, Chosen, null, Stop);

        var saved = (await Subscribers.FindAsync(reader.Id, Stop))!;
        Assert.Equal(Chosen, saved.Preferences);
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 13, 0, 0, TimeSpan.Zero), due);
        Assert.Equal(due, saved.NextDueAt);
        Assert.Equal(SubscriberState.Active, saved.State);
    }

    [Fact]
    public async Task ASubscriptionIsPausedAndResumed()
    {
        var reader = await AddSubscriberAsync("ada@example.org");
        var until = Today.AddDays(14);

        var due = await Subscribers.SavePreferencesAsync(reader.Id, new Preferences(), until, Stop);
        var paused = (await Subscribers.FindAsync(reader.Id, Stop))!;
        Assert.Equal((SubscriberState.Paused, until), (paused.State, paused.PausedUntil));
        Assert.Equal(new DateTimeOffset(until, new TimeOnly(7, 0), TimeSpan.Zero), due);

        await Subscribers.SavePreferencesAsync(reader.Id, new Preferences(), null, Stop);
        var back = (await Subscribers.FindAsync(reader.Id, Stop))!;
        Assert.Equal((SubscriberState.Active, null), (back.State, back.PausedUntil));
    }

    [Fact]
    public async Task PausingDoesNotChangePreferences()
    {
        var reader = await AddSubscriberAsync("ada@example.org", Chosen);

        Assert.NotNull(await PauseAsync(reader.Id, Today.AddDays(14)));
        var paused = (await Subscribers.FindAsync(reader.Id, Stop))!;
        Assert.Equal((SubscriberState.Paused, Chosen), (paused.State, paused.Preferences));

        Assert.NotNull(await PauseAsync(reader.Id, null));
        Assert.Equal(SubscriberState.Active, (await Subscribers.FindAsync(reader.Id, Stop))!.State);
        Assert.Null(await PauseAsync(4711, null));
    }

    [Fact]
    public async Task RevokingLinksIncrementsTheEpoch()
    {
        var reader = await AddSubscriberAsync("ada@example.org");

        await Database.WriteAsync(session => SubscriberStore.RevokeLinksAsync(session, reader.Id), Stop);

        Assert.Equal(reader.LinkEpoch + 1, (await Subscribers.FindAsync(reader.Id, Stop))!.LinkEpoch);
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

        var due = await Database.ReadAsync(session => DueSubscribers.FindAsync(session, now, 10), Stop);

        Assert.Equal([bo.Id, ada.Id], due.Select(subscriber => subscriber.Id));
        Assert.Single(await Database.ReadAsync(session => DueSubscribers.FindAsync(session, now, 1), Stop));
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
        var reader = await AddSubscriberAsync("ada@example.org");

        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE consent_events SET kind = 'confirmed' WHERE subscriber_id = @Id", new { reader.Id }), Stop));

        var history = await Subscribers.ListConsentEventsAsync(reader.Id, Stop);
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

        var reader = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Null(Assert.Single(await Subscribers.ListConsentEventsAsync(reader.Id, Stop)).Network);
    }

    [Fact]
    public async Task TheConsentTextIsSaved()
    {
        var reader = await AddSubscriberAsync("ada@example.org");

        await Database.WriteAsync(session => Subscribers.RecordConsentAsync(
            session, reader.Id, ConsentKind.Confirmed, Web, "Yes, mail me the day's papers."), Stop);

        Assert.Equal([null, "Yes, mail me the day's papers."],
            (await Subscribers.ListConsentEventsAsync(reader.Id, Stop)).Select(e => e.Text));
    }

    [Fact]
    public async Task ConsentEventsAreDeletedOnlyWithTheirSubscriber()
    {
        var reader = await AddSubscriberAsync("ada@example.org");

        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(session => session.ExecuteAsync(
            "DELETE FROM consent_events WHERE subscriber_id = @Id", new { reader.Id }), Stop));

        await Database.WriteAsync(session => session.ExecuteAsync(
            "DELETE FROM deliveries; DELETE FROM subscribers WHERE id = @Id", new { reader.Id }), Stop);
        Assert.Equal(0, await CountAsync("consent_events"));
    }

    private Task<DateTimeOffset?> PauseAsync(long id, DateOnly? until) =>
        Database.WriteAsync(session => Subscribers.PauseAsync(session, id, until), Stop);

    private Task<Subscriber> AddPendingAsync(string address) => Database.WriteAsync(
        session => Subscribers.AddPendingAsync(session, Address(address), Chosen), Stop);
}

public sealed class SubscriberStoreOnSqlite() : SubscriberStoreTests(new SqliteFixture());

public sealed class SubscriberStoreOnPostgreSql() : SubscriberStoreTests(new PostgreSqlFixture());
