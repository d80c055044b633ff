using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TrendingMail.SystemTests.Delivery;

/// <summary>Sending while another program holds a lock on the database.</summary>
public sealed class DatabaseLockTests
{
    private const int Subscribers = 60;

    private const int Connections = 2;

    private static readonly TimeSpan ServerDelay = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoMessageIsSentThatCannotBeRecordedAndNoneIsSentTwice()
    {
        await using var server = new CountingSmtpServer(ServerDelay);
        await using var app = new TestApp();
        app.Settings["Mail__Transport"] = "Smtp";
        app.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        app.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        app.Settings["Mail__Smtp__0__Security"] = "None";
        app.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        (await app.RunAsync("papers", "import", TestApp.PapersFile("day-one.json"), "--date", today)).EnsureSuccess();
        (await app.RunAsync("edition", "publish", "--date", today)).EnsureSuccess();
        await KillTests.AddSubscribersAsync(app, Subscribers);

        await using var program = app.Start("digest", "send", "--date", today);
        await server.WaitForCountAsync(5).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        await using (var other = new SqliteConnection(
            $"Data Source={Path.Combine(app.Folder, "data", "trendingmail.db")};Pooling=False"))
        {
            await other.OpenAsync(Stop);
            await using var transaction = other.BeginTransaction();
            var before = server.Count;

            // The program starts no new message; outcomes of messages already accepted wait to be recorded.
            await Until.TrueAsync("the program reports the lock", TimeSpan.FromSeconds(30),
                () => program.Errors.Contains("is locked by another program", StringComparison.Ordinal));
            Assert.InRange(server.Count, before, before + Connections);
        }

        Assert.NotEqual(0, (await program.WaitForExitAsync()).ExitCode);
        (await app.RunAsync("digest", "send", "--date", today)).EnsureSuccess();
        Assert.Equal(Subscribers, server.Accepted.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Subscribers, server.Count);
    }
}
