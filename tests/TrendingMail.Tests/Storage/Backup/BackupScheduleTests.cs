using System.Diagnostics.Metrics;
using TrendingMail.Scheduling;
using TrendingMail.Storage.Backup;
using TrendingMail.Storage.Backup.Archives;
using TrendingMail.Storage.Migrations;
using TrendingMail.Tests.Delivery;

namespace TrendingMail.Tests.Storage.Backup;

public sealed class BackupScheduleTests() : StorageTests(new SqliteFixture())
{
    private readonly TemporaryFolder folder = new();

    private BackupOptions Options { get; set; } = new() { Keep = 2 };

    private string Backups => folder.File("backups");

    private BackupSchedule Schedule => new(
        new BackupService(Database, Engine<IDatabaseBackup>(),
            new BackupContents(null, folder.File("templates")), new Migrator(Database, Clock), Clock),
        Options, Clock);

    private BackupJob Job => new(Schedule, new MailTestServices(Database, Clock).Alerts, Clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task OnlyTheNewestBackupsAreKept()
    {
        Options = Options with { Folder = Backups };
        var note = folder.Write("backups/trendingmail-note.zip", "not ours");
        for (var day = 0; day < 4; day++)
        {
            await Job.Execute(null!, Stop);
            Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(
            ["trendingmail-20261125T080000Z.zip", "trendingmail-20261126T080000Z.zip"],
            Directory.GetFiles(Backups).Where(file => file != note).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(note));
        Assert.Equal(Morning.AddDays(3), Schedule.FindNewest());
        Assert.Equal(0, await CountAsync("alerts"));
    }

    [Fact]
    public async Task WithoutAFolderNoBackupIsMade()
    {
        await Job.Execute(null!, Stop);

        Assert.Null(Schedule.FindNewest());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task AFailedBackupAlertsTheOperatorAndKeepsTheOlderOnes()
    {
        Options = Options with { Folder = Backups, Keep = 1 };
        await Job.Execute(null!, Stop);
        Clock.Advance(TimeSpan.FromDays(1));
        folder.Write("backups/trendingmail-20261124T080000Z.zip", "in the way");
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: BackupMeter.Name, Name: "trendingmail.backup.succeeded" })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        var results = new List<int>();
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => results.Add(value));
        listener.Start();

        await Job.Execute(null!, Stop);
        Assert.True(File.Exists(Path.Combine(Backups, "trendingmail-20261123T080000Z.zip")));
        Clock.Advance(TimeSpan.FromDays(1));
        await Job.Execute(null!, Stop);

        Assert.Equal([0, 1], results);
        Assert.Equal("The scheduled backup failed", await Database.ReadAsync(
            session => session.SingleAsync<string>("SELECT subject FROM alerts"), Stop));
    }

    [Theory]
    [InlineData("nightly", 14, "Backup:Cron 'nightly' is not a Quartz cron expression such as '0 10 3 * * ?'.")]
    [InlineData("0 10 3 * * ?", 0, "Backup:Keep is 0; give 1 to 1000.")]
    public void SettingsThatCannotWorkAreReported(string cron, int keep, string error) =>
        Assert.Equal([error], new BackupOptions { Cron = cron, Keep = keep }.Validate());
}
