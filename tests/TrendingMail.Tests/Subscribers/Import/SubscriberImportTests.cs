using System.IO.Pipelines;
using System.Text;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Export;
using TrendingMail.Subscribers.Import;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

public abstract class SubscriberImportTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly List<Rejection> rejections = [];
    private readonly List<(long Reader, long Event)> asked = [];

    [Fact]
    public async Task ReadersAreAddedWithWhatTheListSays()
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
            Frequency = Frequency.Weekly, Weekday = DayOfWeek.Friday, SendAt = new TimeOnly(6, 30), TimeZone = "Asia/Tokyo", Papers = 3,
            Format = MailFormat.Text, Language = "de",
        }, ada.Preferences);
        Assert.Equal(DueTime.Next(ada.Preferences, null, Morning), ada.NextDueAt);
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero), ada.CreatedAt);
        Assert.Equal(["robots", "speech"], (await Interests.ListAsync(ada.Id, Stop)).Select(i => i.Value));
        Assert.Equal(Interest.ProfileOf(await Interests.ListAsync(ada.Id, Stop)), ada.Profile);
        var consent = Assert.Single(await Subscribers.ConsentHistoryAsync(ada.Id, Stop));
        Assert.Equal((ConsentKind.Imported, "list readers.csv"), (consent.Kind, consent.Text));
    }

    [Fact]
    public async Task WithoutTheOperatorsWordNewReadersAreAskedToConfirm()
    {
        var report = await ImportAsync("email\nada@example.org\nbo@example.org\n", confirmed: false);

        Assert.Equal(2, report.Asked);
        Assert.Equal(2, asked.Count);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Pending, null), (ada.State, ada.NextDueAt));
        Assert.Equal(asked[0], (ada.Id, Assert.Single(await Subscribers.ConsentHistoryAsync(ada.Id, Stop)).Id));
    }

    [Fact]
    public async Task AnOptOutASuppressionAndAnErasureAreNeverUndone()
    {
        var gone = await AddReaderAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        await Suppressions.AddAsync(Address("bounced@example.org"), SuppressionReason.HardBounce, null, Stop);
        var erasedReader = await AddReaderAsync("erased@example.org");
        await new ErasureFlow(Database, Erased).EraseAsync(erasedReader.Id, Stop);
        var before = await EverythingAsync();

        var report = await ImportAsync("""
            email,state,suppression
            gone@example.org,active,
            bounced@example.org,active,
            erased@example.org,active,hard_bounce
            erased@example.org,unsubscribed,
            """);

        Assert.Equal((1, 1, 2), (report.Actions[ImportAction.Left], report.Actions[ImportAction.Suppressed], report.Actions[ImportAction.Erased]));
        Assert.Equal([2, 3, 4, 5], rejections.Select(r => r.Line));
        Assert.Equal("g…@example.org", rejections[0].Address);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task NoReaderIsMadeOfAnAddressThatTheSameListSuppresses()
    {
        var report = await ImportAsync(
            "email,state,frequency,consent,suppression\nbo@example.org,,,,complaint\nbo@example.org,active,,,\n");

        Assert.Equal((1, 1), (report.Actions[ImportAction.SuppressionOnly], report.Actions[ImportAction.Suppressed]));
        Assert.Equal(0, await CountAsync("subscribers"));
    }

    [Fact]
    public async Task AListOfThoseWhoLeftOptsThemOut()
    {
        await AddReaderAsync("ada@example.org");

        var report = await ImportAsync("email,state\nada@example.org,unsubscribed\nnew@example.org,unsubscribed\n");

        Assert.Equal((1, 1), (report.Actions[ImportAction.OptOut], report.Actions[ImportAction.Add]));
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Unsubscribed, null), (ada.State, ada.NextDueAt));
        Assert.Equal(ConsentKind.Unsubscribed, (await Subscribers.ConsentHistoryAsync(ada.Id, Stop))[^1].Kind);
        await ImportAsync("email\nnew@example.org\n");
        Assert.Equal(SubscriberState.Unsubscribed, (await Subscribers.FindAsync(Address("new@example.org"), Stop))!.State);
    }

    [Fact]
    public async Task ALaterLineKnowsWhatAnEarlierOneDid()
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
            report.Actions[ImportAction.OptOut], report.Actions[ImportAction.Left]));
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Active, DueTime.Next(ada.Preferences, null, Morning)), (ada.State, ada.NextDueAt));
        Assert.Equal("speech", Assert.Single(await Interests.ListAsync(ada.Id, Stop)).Value);
        Assert.Equal([ConsentKind.Requested, ConsentKind.Imported],
            (await Subscribers.ConsentHistoryAsync(ada.Id, Stop)).Select(e => e.Kind));
        var bo = (await Subscribers.FindAsync(Address("bo@example.org"), Stop))!;
        Assert.Equal((SubscriberState.Unsubscribed, null), (bo.State, bo.NextDueAt));
        Assert.Equal([ConsentKind.Imported, ConsentKind.Unsubscribed],
            (await Subscribers.ConsentHistoryAsync(bo.Id, Stop)).Select(e => e.Kind));
    }

    [Fact]
    public async Task WhoComesAfterAnImportHasANumberOfTheirOwn()
    {
        await AddReaderAsync("before@example.org");
        await ImportAsync("email\nada@example.org\nbo@example.org\n");
        await AddReaderAsync("after@example.org");

        var readers = await Database.ReadAsync(session => session.QueryAsync<string>("SELECT address FROM subscribers ORDER BY id"), Stop);
        Assert.Equal(["before@example.org", "ada@example.org", "bo@example.org", "after@example.org"], readers);
    }

    [Fact]
    public async Task TextThatADatabaseCannotHoldIsTakenAsNearAsItCan()
    {
        var emoji = new string('a', 499) + "🙂";

        var report = await ImportAsync($$"""
            {"email":"ada@example.org","consent":[{"kind":"confirmed","at":"2025-01-02T03:04:05Z","text":"Yes\u0000"},{"kind":"imported","at":"2025-01-02T03:04:06Z","text":"{{emoji}}"}]}
            """, isJson: true);

        Assert.Equal(1, report.Actions[ImportAction.Add]);
        var ada = (await Subscribers.FindAsync(Address("ada@example.org"), Stop))!;
        Assert.Equal(["Yes\uFFFD", emoji[..499]], (await Subscribers.ConsentHistoryAsync(ada.Id, Stop)).Select(e => e.Text));
    }

    [Fact]
    public async Task WhoIsKnownKeepsWhatTheyChose()
    {
        var ada = await AddReaderAsync("ada@example.org", new Preferences { Papers = 3 });

        var report = await ImportAsync("email,papers\nADA@example.org,9\nbo@example.org,9\nBo@Example.org,5\n");

        Assert.Equal((1, 2), (report.Actions[ImportAction.Add], report.Actions[ImportAction.Known]));
        Assert.Equal(ada, await Subscribers.FindAsync(ada.Id, Stop));
        Assert.Equal(9, (await Subscribers.FindAsync(Address("bo@example.org"), Stop))!.Preferences.Papers);
    }

    [Fact]
    public async Task ADryRunTellsTheSameAndChangesNothing()
    {
        await AddReaderAsync("known@example.org");
        const string List = "email,state,suppression\na@example.org,,\nknown@example.org,,\nA@example.org,,\nnobody,,\nb@example.org,,complaint\n";
        var before = await EverythingAsync();

        var dry = await ImportAsync(List, dryRun: true);
        Assert.Equal(before, await EverythingAsync());
        var told = rejections.ToArray();
        rejections.Clear();
        var done = await ImportAsync(List);

        Assert.Equal(dry.Actions, done.Actions);
        Assert.Equal((dry.Lines, dry.Rejected), (done.Lines, done.Rejected));
        Assert.Equal(told, rejections);
        Assert.Equal(1, done.Suppressions);
    }

    [Fact]
    public async Task AnImportThatWasBrokenOffGoesOnBehindTheLastBatch()
    {
        var list = "email\n" + string.Concat(Enumerable.Range(0, 25_000).Select(i => $"r{i}@example.org\n"));
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(
            list, fingerprint: "a", progress: new Told<ImportProgress>(_ => stop.Cancel()), stop: stop.Token));
        var done = await CountAsync("subscribers");
        Assert.InRange(done, 1, 24_999);
        var report = await ImportAsync(list, fingerprint: "a");

        Assert.Equal((done, 25_000 - done), (report.Resumed, report.Lines));
        Assert.Equal(25_000 - done, report.Actions[ImportAction.Add]);
        Assert.Equal(25_000, await CountAsync("subscribers"));
        Assert.Equal(0, await CountAsync("imports"));
        Assert.Equal(25_000, (await ImportAsync(list, fingerprint: "a")).Actions[ImportAction.Known]);
    }

    [Fact]
    public async Task OthersNeedNotWaitUntilVeryManyReadersAreAsked()
    {
        var ends = new List<long> { 0 };

        await ImportAsync("email\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"r{i}@example.org\n")),
            confirmed: false, progress: new Told<ImportProgress>(progress => ends.Add(progress.Lines)));

        Assert.All(ends.Zip(ends.Skip(1)), transaction => Assert.InRange(transaction.Second - transaction.First, 1, 4_500));
        Assert.Equal(20_000, asked.Count);
    }

    [Fact]
    public async Task OthersMayWriteWhileTheListKeepsItWaiting()
    {
        var taken = new TaskCompletionSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(
            "email\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"r{i}@example.org\n"))), Stop);
        var import = ImportAsync(pipe.Reader.AsStream(), progress: new Told<ImportProgress>(_ => taken.TrySetResult()));

        await taken.Task.WaitAsync(Stop);
        await AddReaderAsync("meanwhile@example.org");
        await pipe.Writer.WriteAsync("late@example.org\n"u8.ToArray(), Stop);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(2_001, (await import).Actions[ImportAction.Add]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnExportIsTakenInAgainAsItWas(bool isJson)
    {
        await FillAsync();
        var list = await ExportAsync(Database, isJson);
        var before = await ListContents.OfAsync(Database, Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM subscribers; DELETE FROM suppressions"), Stop);
        Clock.Advance(TimeSpan.FromDays(3));

        var report = await ImportAsync(list, confirmed: false, isJson: isJson);

        Assert.Equal(("own", 0, 0), (report.Origin, report.Rejected, report.Asked));
        Assert.Equal(before, await ListContents.OfAsync(Database, Stop));
        Assert.Equal(list, await ExportAsync(Database, isJson));
    }

    private ErasedAddresses Erased => new(TestKeys.Ring(1), Clock);

    private async Task FillAsync()
    {
        var ada = await AddReaderAsync("Ada.Quill@example.org", new Preferences { Language = "de", Papers = 3 });
        await Database.WriteAsync(session => InterestStore.ReplaceAsync(session, ada.Id,
        [
            Interest.Of(InterestKind.Author, "Quill, \"Bo\"")!, Interest.Of(InterestKind.Topic, "Sprache, Rede", -0.75)!,
        ]), Stop);
        await SignUp.RequestAsync(Address("jörg@bücher.example"), new Preferences { Frequency = Frequency.Weekly }, Web, Stop);
        var gone = await AddReaderAsync("gone@example.org");
        await SignUp.UnsubscribeAsync(gone.Id, Web, Stop);
        var paused = await AddReaderAsync("paused@example.org");
        await Subscribers.SavePreferencesAsync(paused.Id, paused.Preferences, Today.AddDays(20), Stop);
        await Suppressions.AddAsync(Address("paused@example.org"), SuppressionReason.SoftBounces, "4.2.2, \"full\"\nagain", Stop);
        await Suppressions.AddAsync(Address("nobody@example.org"), SuppressionReason.Complaint, null, Stop);
        await Database.WriteAsync(session => Subscribers.RecordConsentAsync(session, ada.Id, ConsentKind.Confirmed, Web, "Yes, please."), Stop);
    }

    private static async Task<string> ExportAsync(TrendingMail.Storage.Database database, bool isJson)
    {
        using var stream = new MemoryStream();
        await new SubscriberExport(database).WriteAsync(stream, isJson, null, Stop);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private Task<ImportReport> ImportAsync(
        string list, bool confirmed = true, bool dryRun = false, string? fingerprint = null, bool isJson = false,
        IProgress<ImportProgress>? progress = null, CancellationToken? stop = null) =>
        ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(list)), confirmed, dryRun, fingerprint, isJson, progress, stop);

    private Task<ImportReport> ImportAsync(
        Stream list, bool confirmed = true, bool dryRun = false, string? fingerprint = null, bool isJson = false,
        IProgress<ImportProgress>? progress = null, CancellationToken? stop = null) =>
        new SubscriberImport(Database, Erased, (_, reader, consent) =>
        {
            asked.Add((reader, consent));
            return Task.CompletedTask;
        }, Clock).RunAsync(
            new ListFile(list, isJson, new Dictionary<string, ListField>()),
            new ImportOptions
            {
                Defaults = new Preferences(), Name = "readers.csv", Confirmed = confirmed, DryRun = dryRun, Fingerprint = fingerprint,
            }, rejections.Add, progress, stop ?? Stop);
}

public sealed class SubscriberImportOnSqlite() : SubscriberImportTests(new SqliteFixture());

public sealed class SubscriberImportOnPostgreSql() : SubscriberImportTests(new PostgreSqlFixture());
