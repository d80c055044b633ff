using System.Globalization;
using TrendingMail.SystemTests.Cluster;
using TrendingMail.SystemTests.Delivery;

namespace TrendingMail.SystemTests.Backup;

/// <summary>
/// An installation that is backed up amid a send and then lost with its machine, and another one that takes its place.
/// </summary>
internal sealed class LossScenario : IAsyncDisposable
{
    public const int Subscribers = 5_000;

    private const int SentBeforeBackup = Subscribers / 5;

    private const int SentBeforeLoss = Subscribers / 2;

    private const int Connections = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trendingmail-backup-");
    private readonly List<ClusterDatabase> databases = [];
    private readonly bool usesServer;
    private TestApp? lost;

    private LossScenario(bool usesServer) => this.usesServer = usesServer;

    /// <summary>The installation that takes the place of the lost one.</summary>
    public TestApp Restored { get; private set; } = null!;

    public string BackupFile => Path.Combine(folder.FullName, "trendingmail.zip");

    /// <param name="usesServer">Whether the database is on a server, not in a file.</param>
    /// <param name="configure">Configures the mail transport of both installations.</param>
    /// <param name="countSent">Counts the messages that have arrived.</param>
    public static async Task<LossScenario> CreateAsync(
        bool usesServer, Action<TestApp> configure, Func<int> countSent)
    {
        var scenario = new LossScenario(usesServer);
        try
        {
            await scenario.LoseAsync(configure, countSent);
            scenario.Restored = await scenario.CreateAppAsync(configure);
            (await scenario.Restored.RunAsync("db", "restore", scenario.BackupFile)).EnsureSuccess();
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the restored copy has an outcome for every delivery.</summary>
    public async Task WaitUntilAllSentAsync() => await Until.FoundAsync(
        "every delivery is recorded as sent", Limit, async () =>
            (await Restored.JsonAsync("digest", "status")).EnumerateArray()
                .Any(mailing => mailing.GetProperty("counts").GetProperty("sent").GetInt32() == Subscribers)
                ? "yes" : null);

    public async ValueTask DisposeAsync()
    {
        foreach (var app in (TestApp?[])[lost, Restored])
        {
            await (app?.DisposeAsync() ?? default);
        }

        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private async Task LoseAsync(Action<TestApp> configure, Func<int> countSent)
    {
        lost = await CreateAppAsync(configure);
        (await lost.RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date", DeliveryScenario.Today))
            .EnsureSuccess();
        (await lost.RunAsync("edition", "publish", "--date", DeliveryScenario.Today)).EnsureSuccess();
        await AddSubscribersAsync(lost);
        await using var program = lost.Start("digest", "send", "--date", DeliveryScenario.Today);
        await Until.TrueAsync("a fifth has arrived", Limit, () => countSent() > SentBeforeBackup);
        (await lost.RunAsync("db", "backup", BackupFile, "--verify")).EnsureSuccess();
        await Until.TrueAsync("half has arrived", Limit, () => countSent() > SentBeforeLoss);
        await program.SignalAsync("KILL");
        await program.WaitForExitAsync();
        Assert.InRange(countSent(), 1, Subscribers - 1);
        await lost.DisposeAsync();
        lost = null;
    }

    private async Task<TestApp> CreateAppAsync(Action<TestApp> configure)
    {
        var app = new TestApp();
        configure(app);
        app.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        if (usesServer)
        {
            databases.Add(await ClusterDatabase.CreateAsync());
            databases[^1].Configure(app);
        }

        return app;
    }

    private async Task AddSubscribersAsync(TestApp app)
    {
        if (!usesServer)
        {
            await KillTests.AddSubscribersAsync(app, Subscribers);
            return;
        }

        await databases[^1].ExecuteAsync($"""
            INSERT INTO subscribers (address, address_key, state, frequency, weekday, send_at, time_zone, papers,
                format, created_at)
            SELECT 'subscriber' || n || '@example.org', 'subscriber' || n || '@example.org', 'active', 'daily',
                'monday', '07:00', 'UTC', 10, 'html', 0
            FROM generate_series(1, {Subscribers}) AS n
            """);
    }
}
