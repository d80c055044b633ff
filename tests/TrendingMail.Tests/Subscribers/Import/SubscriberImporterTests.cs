using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

public abstract class SubscriberImporterTests(DatabaseFixture fixture) : SubscriberImporterTestBase(fixture)
{
    [Fact]
    public async Task SubscribersAreAddedWithTheFieldsOfTheList()
    {
        var report = await ImportAsync("""
            email,frequency,weekday,send_at,time_zone,papers,format,language,topics,created_at
            Ada@Example.org,weekly,friday,06:30,Asia/Tokyo,3,text,de,speech; robots,2024-01-02
            """);

        Assert.Equal((1, 1, 0), (report.Lines, report.Actions[ImportAction.Add], report.Rejected));
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Active, "Ada@example.org"), (ada.State, ada.Address));
        Assert.Equal(new Preferences
        {
            Frequency = Frequency.Weekly, Weekday = DayOfWeek.Friday, SendAt = new TimeOnly(6, 30),
            TimeZone = "Asia/Tokyo", Papers = 3,
            Format = MailFormat.Text, Language = "de",
        }, ada.Preferences);
        Assert.Equal(DueTime.Next(ada.Preferences.Schedule, null, Morning), ada.NextDueAt);
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero), ada.CreatedAt);
        Assert.Equal(["robots", "speech"], (await Interests.ListAsync(ada.Id, Stop)).Select(i => i.Value));
        Assert.Equal(Interest.ComputeProfile(await Interests.ListAsync(ada.Id, Stop)), ada.Profile);
        var consent = Assert.Single(await Subscribers.ListConsentEventsAsync(ada.Id, Stop));
        Assert.Equal((ConsentKind.Imported, "list subscribers.csv"), (consent.Kind, consent.Text));
    }

    [Fact]
    public async Task WithoutTheOperatorsConfirmationNewSubscribersAreAskedToConfirm()
    {
        var report = await ImportAsync("email\nada@example.org\nbo@example.org\n", confirmed: false);

        Assert.Equal(2, report.ConfirmationsRequested);
        Assert.Equal(2, ConfirmationRequests.Count);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Pending, null), (ada.State, ada.NextDueAt));
        Assert.Equal(ConfirmationRequests[0],
            (ada.Id, Assert.Single(await Subscribers.ListConsentEventsAsync(ada.Id, Stop)).Id));
    }

    [Fact]
    public async Task OptOutsSuppressionsAndErasuresAreNeverUndone()
    {
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        await Suppressions.AddAsync(Address("bounced@example.org"), SuppressionReason.HardBounce, null, Stop);
        var erased = await AddSubscriberAsync("erased@example.org");
        await new ErasureFlow(Database, Erased, ConfirmationLimits).EraseAsync(erased.Id, Stop);
        var before = await SnapshotAsync();

        var report = await ImportAsync("""
            email,state,suppression
            gone@example.org,active,
            bounced@example.org,active,
            erased@example.org,active,hard_bounce
            erased@example.org,unsubscribed,
            """);

        Assert.Equal(
            (1, 1, 2), (report.Actions[ImportAction.Unsubscribed], report.Actions[ImportAction.Suppressed],
                report.Actions[ImportAction.Erased]));
        Assert.Equal([2, 3, 4, 5], Problems.Select(r => r.Line));
        Assert.Equal("g…@example.org", Problems[0].Address);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task AnAddressSuppressedByTheSameListIsNotSubscribed()
    {
        var report = await ImportAsync(
            "email,state,frequency,consent,suppression\nbo@example.org,,,,complaint\nbo@example.org,active,,,\n");

        Assert.Equal((1, 1), (report.Actions[ImportAction.SuppressionOnly], report.Actions[ImportAction.Suppressed]));
        Assert.Equal(0, await CountAsync("subscribers"));
    }

    [Fact]
    public async Task AListOfUnsubscribedPeopleOptsThemOut()
    {
        await AddSubscriberAsync("ada@example.org");

        var report = await ImportAsync("email,state\nada@example.org,unsubscribed\nnew@example.org,unsubscribed\n");

        Assert.Equal((1, 1), (report.Actions[ImportAction.OptOut], report.Actions[ImportAction.Add]));
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Unsubscribed, null), (ada.State, ada.NextDueAt));
        Assert.Equal(ConsentKind.Unsubscribed, (await Subscribers.ListConsentEventsAsync(ada.Id, Stop))[^1].Kind);
        await ImportAsync("email\nnew@example.org\n");
        Assert.Equal(
            SubscriberState.Unsubscribed, (await Subscribers.FindAsync(Address("new@example.org"), Stop))!.State);
    }

    [Fact]
    public async Task LaterLinesSeeTheEffectOfEarlierOnes()
    {
        var report = await ImportAsync("""
            email,state,topics
            ada@example.org,pending,speech
            ada@example.org,active,robots
            bo@example.org,active,
            bo@example.org,unsubscribed,
            bo@example.org,active,
            """);

        Assert.Equal((2, 1, 1, 1), (report.Actions[ImportAction.Add], report.Actions[ImportAction.Confirm],
            report.Actions[ImportAction.OptOut], report.Actions[ImportAction.Unsubscribed]));
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Active, DueTime.Next(ada.Preferences.Schedule, null, Morning)),
            (ada.State, ada.NextDueAt));
        Assert.Equal("speech", Assert.Single(await Interests.ListAsync(ada.Id, Stop)).Value);
        Assert.Equal([ConsentKind.Requested, ConsentKind.Imported],
            (await Subscribers.ListConsentEventsAsync(ada.Id, Stop)).Select(e => e.Kind));
        var bo = (await Subscribers.FindAsync(Address("bo@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Unsubscribed, null), (bo.State, bo.NextDueAt));
        Assert.Equal([ConsentKind.Imported, ConsentKind.Unsubscribed],
            (await Subscribers.ListConsentEventsAsync(bo.Id, Stop)).Select(e => e.Kind));
    }

    [Fact]
    public async Task SubscribersAddedAfterAnImportGetNewIds()
    {
        await AddSubscriberAsync("before@example.org");
        await ImportAsync("email\nada@example.org\nbo@example.org\n");
        await AddSubscriberAsync("after@example.org");

        var addresses = await Database.ReadAsync(
            session => session.QueryAsync<string>("SELECT address FROM subscribers ORDER BY id"), Stop);
        Assert.Equal(["before@example.org", "ada@example.org", "bo@example.org", "after@example.org"], addresses);
    }

    [Fact]
    public async Task TextThatTheDatabaseCannotStoreIsSanitized()
    {
        var emoji = new string('a', 499) + "🙂";

        var report = await ImportAsync($$"""
            {"email":"ada@example.org","consent":[{"kind":"confirmed","at":"2025-01-02T03:04:05Z","text":"Yes\u0000"},{"kind":"imported","at":"2025-01-02T03:04:06Z","text":"{{emoji}}"}]}
            """, isJson: true);

        Assert.Equal(1, report.Actions[ImportAction.Add]);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal(
            ["Yes\uFFFD", emoji[..499]], (await Subscribers.ListConsentEventsAsync(ada.Id, Stop)).Select(e => e.Text));
    }

    [Fact]
    public async Task ExistingSubscribersKeepTheirPreferences()
    {
        var ada = await AddSubscriberAsync("ada@example.org", new Preferences { Papers = 3 });

        var report = await ImportAsync("email,papers\nADA@example.org,9\nbo@example.org,9\nBo@Example.org,5\n");

        Assert.Equal((1, 2), (report.Actions[ImportAction.Add], report.Actions[ImportAction.Unchanged]));
        Assert.Equal(ada, await Subscribers.FindAsync(ada.Id, Stop));
        Assert.Equal(9, (await Subscribers.FindAsync(Address("bo@example.org"), Stop))!.Preferences.Papers);
    }

    [Fact]
    public async Task AnUnreadableFieldDoesNotKeepSomeoneSubscribed()
    {
        await AddSubscriberAsync("ada@example.org");

        var report = await ImportAsync(
            "email,state,papers,created_at,suppression\nada@example.org,Unsubscribed,99,05/05/2021,why\n");

        Assert.Equal((1, 1, 0), (report.Actions[ImportAction.OptOut], report.Suppressions, report.Rejected));
        Assert.Equal(
            SubscriberState.Unsubscribed, (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!.State);
        Assert.Equal(
            SuppressionReason.Operator, (await Suppressions.FindAsync(Address("ada@example.org"), Stop))!.Reason);
        var problem = Assert.Single(Problems);
        Assert.True(problem.IsImported);
        Assert.Contains("papers is '99'", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APauseWithoutAReadableEndLastsTwoWeeks()
    {
        await ImportAsync("email,state,paused_until\nada@example.org,paused,soon\n");

        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Paused, DateOnly.FromDateTime(Morning.UtcDateTime).AddDays(14)),
            (ada.State, ada.PausedUntil));
    }
}

public sealed class SubscriberImporterOnSqlite() : SubscriberImporterTests(new SqliteFixture());

public sealed class SubscriberImporterOnPostgreSql() : SubscriberImporterTests(new PostgreSqlFixture());
