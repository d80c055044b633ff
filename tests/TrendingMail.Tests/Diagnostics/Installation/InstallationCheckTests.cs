using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Delivery;
using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Installation;
using TrendingMail.Diagnostics.Installation.Data;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Papers.Sources;
using TrendingMail.Storage.Backup;
using TrendingMail.Tests.Papers.Sources;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Diagnostics.Installation;

public abstract class InstallationCheckTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task TheDatabaseIsIntactAndItsSizeKnown()
    {
        var finding = Assert.Single(await new DatabaseCheck(Database).RunAsync(Stop));

        Assert.Equal(Verdict.Good, finding.Verdict);
        Assert.Matches("takes [0-9.]+ [KM]B", finding.Text);
    }

    [Fact]
    public async Task TheClocksAgreeOnOneMachine() => Assert.Equal(Verdict.Good,
        Assert.Single(await new ClockCheck(Database, TimeProvider.System).RunAsync(Stop)).Verdict);

    [Theory]
    [InlineData(0, Verdict.Good)]
    [InlineData(-20, Verdict.Warn)]
    [InlineData(90, Verdict.Bad)]
    public void ClocksThatDifferAreNamed(int seconds, Verdict verdict) => Assert.Equal(verdict,
        ClockCheck.Judge("the server's", Morning.AddSeconds(seconds), Morning, Morning.AddSeconds(1)).Verdict);

    [Theory]
    [InlineData("220 mail.example.org ESMTP Exim 4.96 Mon, 23 Nov 2026 08:00:00 +0000", true)]
    [InlineData("220 mail.example.org ESMTP Sendmail 8.17; Mon, 23 Nov 2026 09:00:00 +0100", true)]
    [InlineData("220 mail.example.org ESMTP Postfix", false)]
    public void TheTimeIsReadFromAGreeting(string greeting, bool hasTime) =>
        Assert.Equal(hasTime ? Morning : null, SmtpClockCheck.FindDate(greeting));

    [Theory]
    [InlineData(0, Verdict.Warn)]
    [InlineData(31, Verdict.Warn)]
    [InlineData(32, Verdict.Good)]
    [InlineData(33, Verdict.Bad)]
    public void TheSchemaMustBeThatOfTheProgram(int current, Verdict verdict) =>
        Assert.Equal(verdict, SchemaCheck.Judge(current, 32).Verdict);

    [Theory]
    [InlineData(100_000_000, Verdict.Bad)]
    [InlineData(900_000_000, Verdict.Warn)]
    [InlineData(5_000_000_000, Verdict.Good)]
    public void AFullDiskIsNamed(long free, Verdict verdict) =>
        Assert.Equal(verdict, DiskCheck.Judge("/data", free, 10_000_000_000).Verdict);

    [Fact]
    public async Task TheDisksOfTheFoldersAreJudged() => Assert.NotEmpty(await new DiskCheck(
        Database.Dialect, new MailOptions { Outbox = new OutboxOptions { Path = Path.Combine(folder.Path, "x", "y") } },
        new BackupOptions()).RunAsync(Stop));

    [Fact]
    public async Task AKeyRingThatIsOldDamagedOrMissingIsNamed()
    {
        var file = Path.Combine(folder.Path, "keys.json");
        var store = new FileKeyStore(file, Clock);
        var check = new KeysCheck(store, new SenderOptions(), Clock);
        var missing = Assert.Single(await check.RunAsync(Stop));
        store.Add();
        var fresh = Assert.Single(await check.RunAsync(Stop));
        Clock.Advance(TimeSpan.FromDays(366));
        var old = Assert.Single(await check.RunAsync(Stop));
        await File.WriteAllTextAsync(file, "{", Stop);
        var damaged = Assert.Single(await check.RunAsync(Stop));

        Assert.Equal([Verdict.Warn, Verdict.Good, Verdict.Warn, Verdict.Bad],
            new[] { missing, fresh, old, damaged }.Select(finding => finding.Verdict));
        Assert.Contains("keys rotate", old.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASourceThatFailsForDaysIsBad()
    {
        var source = new FakeSource(_ => new FetchResult([], []));
        var check = new SourcesCheck(
            new PaperCollector([source], Papers, Clock, NullLogger<PaperCollector>.Instance), Papers, Clock);
        var never = Assert.Single(await check.RunAsync(Stop));
        await Papers.RecordFetchAsync(new FetchReport(source.Name, Today, 1, 1, [], null), Stop);
        var fresh = Assert.Single(await check.RunAsync(Stop));
        Clock.Advance(TimeSpan.FromDays(4));
        await Papers.RecordFetchAsync(new FetchReport(source.Name, Today, 0, 0, [], "HTTP 503"), Stop);
        var failing = Assert.Single(await check.RunAsync(Stop));

        Assert.Equal((Verdict.Warn, Verdict.Good, Verdict.Bad), (never.Verdict, fresh.Verdict, failing.Verdict));
        Assert.Contains("HTTP 503", Assert.Single(failing.Evidence), StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        folder.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class InstallationChecksOnSqlite() : InstallationCheckTests(new SqliteFixture());

public sealed class InstallationChecksOnPostgreSql() : InstallationCheckTests(new PostgreSqlFixture());
