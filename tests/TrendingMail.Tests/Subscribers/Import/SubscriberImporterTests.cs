using System.IO.Pipelines;
using System.Text;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Interests;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Subscribers.Schedules;
using TrendingMail.Subscribers.Suppressions;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

public abstract class SubscriberImporterTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly List<LineProblem> problems = [];
    private readonly List<(long SubscriberId, long Event)> confirmationRequests = [];

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
        Assert.Equal(2, confirmationRequests.Count);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Pending, null), (ada.State, ada.NextDueAt));
        Assert.Equal(confirmationRequests[0],
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
        Assert.Equal([2, 3, 4, 5], problems.Select(r => r.Line));
        Assert.Equal("g…@example.org", problems[0].Address);
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
    public async Task ADryRunReportsTheSameAndChangesNothing()
    {
        await AddSubscriberAsync("known@example.org");
        await Suppressions.AddAsync(Address("soft@example.org"), SuppressionReason.SoftBounces, null, Stop);
        await Suppressions.AddAsync(Address("hard@example.org"), SuppressionReason.HardBounce, null, Stop);
        const string List = """
            email,state,suppression,papers
            a@example.org,,,
            known@example.org,,,99
            A@example.org,,,
            nobody,,,
            b@example.org,,complaint,
            b@example.org,,hard_bounce,
            c@example.org,pending,,
            c@example.org,active,,
            a@example.org,unsubscribed,,
            a@example.org,active,,
            soft@example.org,,hard_bounce,
            hard@example.org,,soft_bounces,
            d@example.org,pending,,
            """;
        var before = await SnapshotAsync();

        var dry = await ImportAsync(List, dryRun: true);
        Assert.Equal(before, await SnapshotAsync());
        var problemsOfDryRun = problems.ToArray();
        problems.Clear();
        var done = await ImportAsync(List);

        Assert.Equal(dry.Actions, done.Actions);
        Assert.Equal((dry.Lines, dry.Rejected, dry.Incomplete), (done.Lines, done.Rejected, done.Incomplete));
        Assert.Equal((dry.Suppressions, dry.ConfirmationsRequested), (done.Suppressions, done.ConfirmationsRequested));
        Assert.Equal(problemsOfDryRun, problems);
        Assert.Equal((2, 2, 1), (done.Suppressions, done.ConfirmationsRequested, done.Incomplete));
    }

    [Fact]
    public async Task WhatStandsBeforeADamagedLineIsImportedAndTheRestIsNot()
    {
        await AddSubscriberAsync("cy@example.org");

        var report = await ImportAsync("""
            email,name,state
            ada@example.org,Ada,
            bo@example.org,"Bo,unsubscribed
            cy@example.org,Cy,active
            """, fingerprint: "a");

        Assert.Equal((1, 1, false), (report.Lines, report.Actions[ImportAction.Add], report.IsSuccess));
        Assert.StartsWith("Line 3 opens a quote", report.Fault, StringComparison.Ordinal);
        Assert.Null(await Subscribers.FindAsync(Address("bo@example.org"), Stop));
        Assert.Equal(0, await CountAsync("imports"));
    }

    [Theory]
    [InlineData("email,papers\nada@example.org,3\n", true)]
    [InlineData("email,papers\nada@example.org,99\nnobody,3\n", true)]
    [InlineData("email,papers\nnobody,3\nnowhere,3\n", false)]
    public async Task AListOfWhichNoLineIsValidFails(string list, bool isSuccess) =>
        Assert.Equal(isSuccess, (await ImportAsync(list)).IsSuccess);

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
        var problem = Assert.Single(problems);
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

    [Fact]
    public async Task TextsThatASpreadsheetWouldRunAreMarkedInCsvAndRestored()
    {
        string[] addresses =
            ["=1+1@example.org", "'=1@example.org", "'a@example.org", "+1@example.org", "-1@example.org"];
        foreach (var address in addresses)
        {
            await AddSubscriberAsync(address);
        }

        await Suppressions.AddAsync(
            Address("+1@example.org"), SuppressionReason.HardBounce, "=cmd|' /C calc'!A0", Stop);
        await Suppressions.AddAsync(
            Address("-1@example.org"), SuppressionReason.HardBounce, "[554] no such user", Stop);
        var csv = await ExportAsync(Database, isJson: false);
        var json = await ExportAsync(Database, isJson: true);

        Assert.DoesNotMatch("(^|[\n,\"])[=+@-]", csv);
        Assert.Contains("'=1+1@example.org,", csv, StringComparison.Ordinal);
        Assert.Contains("\"suppression_detail\":\"[554] no such user\"", json, StringComparison.Ordinal);
        var before = await SubscriberDump.CreateAsync(Database, Stop);
        foreach (var (list, isJson) in ((string, bool)[])[(csv, false), (json, true)])
        {
            await Database.WriteAsync(
                session => session.ExecuteAsync("DELETE FROM subscribers; DELETE FROM suppressions"), Stop);
            Assert.Equal(0, (await ImportAsync(list, confirmed: false, isJson: isJson)).Rejected);
            Assert.Equal(before, await SubscriberDump.CreateAsync(Database, Stop));
        }
    }

    [Fact]
    public async Task AnInterruptedImportResumesAfterTheLastBatch()
    {
        var list = "email\n" + string.Concat(Enumerable.Range(0, 25_000).Select(i => $"r{i}@example.org\n"));
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(
            list, fingerprint: "a",
            progress: new SynchronousProgress<ImportProgress>(_ => stop.Cancel()), stop: stop.Token));
        var done = await CountAsync("subscribers");
        Assert.InRange(done, 1, 24_999);
        var report = await ImportAsync(list, fingerprint: "a");

        Assert.Equal((done, 25_000 - done), (report.Resumed, report.Lines));
        Assert.Equal(25_000 - done, report.Actions[ImportAction.Add]);
        Assert.Equal(25_000, await CountAsync("subscribers"));
        Assert.Equal(0, await CountAsync("imports"));
        Assert.Equal(25_000, (await ImportAsync(list, fingerprint: "a")).Actions[ImportAction.Unchanged]);
    }

    [Fact]
    public async Task TransactionsEndAfterALimitedNumberOfConfirmationRequests()
    {
        var ends = new List<long> { 0 };

        await ImportAsync("email\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"r{i}@example.org\n")),
            confirmed: false, progress: new SynchronousProgress<ImportProgress>(progress => ends.Add(progress.Lines)));

        Assert.All(ends.Zip(ends.Skip(1)),
            transaction => Assert.InRange(transaction.Second - transaction.First, 1, 4_500));
        Assert.Equal(20_000, confirmationRequests.Count);
    }

    [Fact]
    public async Task OthersCanWriteWhileTheImportWaitsForInput()
    {
        var firstBatchDone = new TaskCompletionSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(
            "email\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"r{i}@example.org\n"))), Stop);
        var import = ImportAsync(pipe.Reader.AsStream(),
            progress: new SynchronousProgress<ImportProgress>(_ => firstBatchDone.TrySetResult()));

        await firstBatchDone.Task.WaitAsync(Stop);
        await AddSubscriberAsync("meanwhile@example.org");
        await pipe.Writer.WriteAsync("late@example.org\n"u8.ToArray(), Stop);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(2_001, (await import).Actions[ImportAction.Add]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ImportingAnExportRestoresTheSameData(bool isJson)
    {
        await FillAsync();
        var list = await ExportAsync(Database, isJson);
        var before = await SubscriberDump.CreateAsync(Database, Stop);
        await Database.WriteAsync(
            session => session.ExecuteAsync("DELETE FROM subscribers; DELETE FROM suppressions"), Stop);
        Clock.Advance(TimeSpan.FromDays(3));

        var report = await ImportAsync(list, confirmed: false, isJson: isJson);

        Assert.Equal(("own", 0, 0), (report.Origin, report.Rejected, report.ConfirmationsRequested));
        Assert.Equal(before, await SubscriberDump.CreateAsync(Database, Stop));
        Assert.Equal(list, await ExportAsync(Database, isJson));
    }

    private ErasedAddressStore Erased => new(TestKeys.Ring(1), Clock);

    private async Task FillAsync()
    {
        var ada = await AddSubscriberAsync("Ada.Quill@example.org", new Preferences { Language = "de", Papers = 3 });
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id,
        [
            Interest.Create(InterestKind.Author, "Quill, \"Bo\"")!,
            Interest.Create(InterestKind.Topic, "Sprache, Rede", -0.75)!,
        ]), Stop);
        await SignUp.RequestAsync(
            Address("jörg@bücher.example"), new Preferences { Frequency = Frequency.Weekly }, Web, Stop);
        var gone = await AddSubscriberAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        var paused = await AddSubscriberAsync("paused@example.org");
        await Subscribers.SavePreferencesAsync(paused.Id, paused.Preferences, Today.AddDays(20), Stop);
        await Suppressions.AddAsync(
            Address("paused@example.org"), SuppressionReason.SoftBounces, "4.2.2, \"full\"\nagain", Stop);
        await Suppressions.AddAsync(Address("nobody@example.org"), SuppressionReason.Complaint, null, Stop);
        await Database.WriteAsync(
            session => Subscribers.RecordConsentAsync(session, ada.Id, ConsentKind.Confirmed, Web, "Yes, please."),
            Stop);
    }

    private static async Task<string> ExportAsync(TrendingMail.Storage.Database database, bool isJson)
    {
        using var stream = new MemoryStream();
        await new SubscriberExporter(database).WriteAsync(stream, isJson, null, Stop);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Task<ImportReport> ImportAsync(
        string list, bool confirmed = true, bool dryRun = false, string? fingerprint = null, bool isJson = false,
        IProgress<ImportProgress>? progress = null, CancellationToken? stop = null) =>
        ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(list)), confirmed, dryRun, fingerprint, isJson,
            progress, stop);

    private Task<ImportReport> ImportAsync(
        Stream list, bool confirmed = true, bool dryRun = false, string? fingerprint = null, bool isJson = false,
        IProgress<ImportProgress>? progress = null, CancellationToken? stop = null) =>
        new SubscriberImporter(Database, Engine<ImportStoreFactory>(), Erased, (_, subscriberId, consent) =>
        {
            confirmationRequests.Add((subscriberId, consent));
            return Task.CompletedTask;
        }, Clock).RunAsync(
            new ImportFile(list, new ImportFileOptions { IsJson = isJson }),
            new ImportOptions
            {
                Defaults = new Preferences(), Name = "subscribers.csv", Confirmed = confirmed, DryRun = dryRun,
                Fingerprint = fingerprint,
            }, problems.Add, progress, stop ?? Stop);
}

public sealed class SubscriberImporterOnSqlite() : SubscriberImporterTests(new SqliteFixture());

public sealed class SubscriberImporterOnPostgreSql() : SubscriberImporterTests(new PostgreSqlFixture());
