using System.IO.Compression;
using System.Runtime.Versioning;
using TrendingMail.Links;
using TrendingMail.Storage;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Backup.Archives;
using TrendingMail.Storage.Migrations;
using TrendingMail.Subscribers;
using TrendingMail.Tests.Papers;

namespace TrendingMail.Tests.Storage.Backup;

/// <summary>Backs one installation up and restores it into another.</summary>
public abstract class BackupTests(DatabaseFixture fixture, DatabaseFixture emptyFixture) : StorageTests(fixture)
{
    private readonly TemporaryFolder folder = new();
    private Database? target;

    private string BackupFile => folder.File("backups/one.zip");

    private string KeyRing => folder.File("source/keys.json");

    private BackupService Source => Create(Database, Engine<IDatabaseBackup>(), "source");

    /// <summary>An empty installation of the same engine.</summary>
    private BackupService Target => Create(
        target ??= new Database(emptyFixture.Dialect),
        (IDatabaseBackup)emptyFixture.Engine.GetService(typeof(IDatabaseBackup))!, "target");

    public override async ValueTask DisposeAsync()
    {
        target?.Dispose();
        await emptyFixture.DisposeAsync();
        await base.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task ARestoredBackupHoldsTheSameRowsKeysAndTemplates()
    {
        var before = await CreateBackupAsync();

        var report = await Target.RestoreAsync(BackupFile, _ => "DELETE FROM rate_limits;", Stop);

        Assert.Equal(before, await DatabaseSnapshot.CreateAsync(target!, Stop));
        Assert.Equal(
            await File.ReadAllTextAsync(KeyRing, Stop),
            await File.ReadAllTextAsync(folder.File("target/keys.json"), Stop));
        Assert.Equal("own", await File.ReadAllTextAsync(folder.File("target/templates/mail/digest.html"), Stop));
        Assert.Empty(report.SkippedFiles);
        Assert.Equal(Morning, report.Manifest.CreatedAt);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task BackupAndRestoredKeysAreReadableByTheirUserOnly()
    {
        await CreateBackupAsync();

        await Target.RestoreAsync(BackupFile, _ => "", Stop);

        Assert.All([BackupFile, folder.File("target/keys.json")], file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(BackupFile)!));
    }

    [Fact]
    public async Task IdsGivenOutAfterTheBackupAreNotGivenOutAgain()
    {
        await CreateBackupAsync();
        var lost = await AddSubscriberAsync("lost@example.org");

        await Target.RestoreAsync(BackupFile, _ => "", Stop);

        var next = await target!.WriteAsync(session => session.SingleAsync<long>("""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                format, created_at)
            VALUES ('new@example.org', 'new@example.org', 'active', 'daily', 'monday', '07:00', 'UTC', 10, 'html', 0)
            RETURNING id
            """), Stop);
        Assert.True(next > lost.Id + 1000);
    }

    [Fact]
    public async Task AVerifiedBackupIsCompleteAndLeavesNothingBehind()
    {
        await CreateBackupAsync();

        var verified = await Source.VerifyAsync(BackupFile, Stop);

        Assert.Contains(verified.Manifest.Tables, table => table is { Name: "subscribers", Rows: 2 });
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(BackupFile)!));
    }

    [Fact]
    public async Task AManifestThatDiffersFromTheDataFailsTheVerification()
    {
        await CreateBackupAsync();
        await EditManifestAsync(text => text.Replace("\"rows\": 2", "\"rows\": 3", StringComparison.Ordinal));

        await Assert.ThrowsAsync<TrendingMailException>(() => Source.VerifyAsync(BackupFile, Stop));
        await Assert.ThrowsAsync<TrendingMailException>(() => Target.RestoreAsync(BackupFile, _ => "", Stop));
        await AssertNothingRestoredAsync();
    }

    [Fact]
    public async Task AnExistingFileIsNotOverwritten()
    {
        await CreateBackupAsync();

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Source.CreateAsync(BackupFile, Stop));

        Assert.Contains("already exists", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInstallationWithDataIsNotOverwritten()
    {
        var before = await CreateBackupAsync();
        File.Delete(KeyRing);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => Source.RestoreAsync(BackupFile, _ => "DELETE FROM subscribers;", Stop));

        Assert.Contains("is not empty", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await SnapshotAsync());
        Assert.False(File.Exists(KeyRing));
    }

    [Fact]
    public async Task OtherKeysAreNotOverwritten()
    {
        await CreateBackupAsync();
        folder.Write("target/keys.json", "other keys");

        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => Target.RestoreAsync(BackupFile, _ => "", Stop));

        Assert.Contains("holds other keys", fault.Message, StringComparison.Ordinal);
        Assert.Equal("other keys", await File.ReadAllTextAsync(folder.File("target/keys.json"), Stop));
        File.Delete(folder.File("target/keys.json"));
        await AssertNothingRestoredAsync();
    }

    [Fact]
    public async Task ChangedTemplatesAreLeftAloneAndReported()
    {
        await CreateBackupAsync();
        var changed = folder.Write("target/templates/mail/digest.html", "changed");

        var report = await Target.RestoreAsync(BackupFile, _ => "", Stop);

        Assert.Equal([changed], report.SkippedFiles);
        Assert.Equal("changed", await File.ReadAllTextAsync(changed, Stop));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public async Task ATruncatedBackupIsRejected(double part)
    {
        await CreateBackupAsync();
        await using (var file = File.OpenWrite(BackupFile))
        {
            file.SetLength((long)(file.Length * part));
        }

        await AssertRejectedAsync("is damaged, truncated or not a backup");
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.4)]
    [InlineData(0.6)]
    public async Task ADamagedBackupIsRejected(double place)
    {
        await CreateBackupAsync();
        var bytes = await File.ReadAllBytesAsync(BackupFile, Stop);
        for (var i = 0; i < 8; i++)
        {
            bytes[(int)(bytes.Length * place) + i] ^= 0x55;
        }

        await File.WriteAllBytesAsync(BackupFile, bytes, Stop);

        await AssertRejectedAsync("is damaged, truncated or not a backup");
    }

    [Theory]
    [InlineData("\"schema\": ", "\"schema\": 9", "it was written by a newer version")]
    [InlineData("\"format\": 1", "\"format\": 2", "it was written by a newer version")]
    [InlineData("\"engine\": \"", "\"engine\": \"Other", "Database:Provider")]
    public async Task ABackupOfANewerVersionOrOfAnotherEngineIsRejected(string text, string edited, string fault)
    {
        await CreateBackupAsync();
        await EditManifestAsync(manifest => manifest.Replace(text, edited, StringComparison.Ordinal));

        await AssertRejectedAsync(fault);
    }

    [Fact]
    public async Task AFaultDuringTheRestoreLeavesNothingBehind()
    {
        await CreateBackupAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => Target.RestoreAsync(BackupFile, _ => "SELECT nonsense;", Stop));

        await AssertNothingRestoredAsync();
        await Target.RestoreAsync(BackupFile, _ => "", Stop);
    }

    [Fact]
    public async Task ABackupDuringWritesIsConsistent()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await AddSubscriberAsync($"subscriber{i}@example.org");
            }
        }, Stop);
        await Source.CreateAsync(BackupFile, Stop);
        await stop.CancelAsync();
        await writing;

        await Source.VerifyAsync(BackupFile, Stop);
        await Target.RestoreAsync(BackupFile, _ => "", Stop);

        // Each subscriber was added in one transaction with the consent.
        Assert.Equal(0, await target!.ReadAsync(session => session.SingleAsync<long>("""
            SELECT COUNT(*)
            FROM subscribers s
            WHERE NOT EXISTS (SELECT 1 FROM consent_events c WHERE c.subscriber_id = s.id)
            """), Stop));
    }

    private async Task<string> CreateBackupAsync()
    {
        await AddSubscriberAsync("ada@example.org");
        await AddSubscriberAsync("grace@example.org", new Preferences { Language = "de" });
        await PublishAsync(Today, TestPapers.Listed("2611.00001"), TestPapers.Listed("2611.00002"));
        new FileKeyStore(KeyRing, Clock).ReadOrCreate();
        folder.Write("source/templates/mail/digest.html", "own");
        var before = await SnapshotAsync();
        await Source.CreateAsync(BackupFile, Stop);
        return before;
    }

    private async Task EditManifestAsync(Func<string, string> edit)
    {
        using var archive = await ZipFile.OpenAsync(BackupFile, ZipArchiveMode.Update, Stop);
        var entry = archive.GetEntry("manifest.json")!;
        string text;
        using (var reader = new StreamReader(await entry.OpenAsync(Stop)))
        {
            text = await reader.ReadToEndAsync(Stop);
        }

        entry.Delete();
        await using var writer = new StreamWriter(await archive.CreateEntry("manifest.json").OpenAsync(Stop));
        await writer.WriteAsync(edit(text));
    }

    private async Task AssertRejectedAsync(string expected)
    {
        var fault = await Assert.ThrowsAsync<TrendingMailException>(
            () => Target.RestoreAsync(BackupFile, _ => "", Stop));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        await AssertNothingRestoredAsync();
    }

    private async Task AssertNothingRestoredAsync()
    {
        await ((IDatabaseBackup)emptyFixture.Engine.GetService(typeof(IDatabaseBackup))!).RequireEmptyAsync(Stop);
        Assert.Empty(Directory.Exists(folder.File("target"))
            ? Directory.EnumerateFiles(folder.File("target"), "*", SearchOption.AllDirectories)
            : []);
    }

    private BackupService Create(Database database, IDatabaseBackup engine, string name) => new(
        database, engine, new BackupContents(folder.File($"{name}/keys.json"), folder.File($"{name}/templates")),
        new Migrator(database, Clock), Clock);
}

public sealed class BackupOnSqlite() : BackupTests(new SqliteFixture(), new SqliteFixture());

public sealed class BackupOnPostgreSql() : BackupTests(new PostgreSqlFixture(), new PostgreSqlFixture(isEmpty: true));
