using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TrendingMail.SystemTests.Mail;

/// <summary>What happens to the mail while another program holds the database.</summary>
public sealed class LockedDatabaseTests
{
    private const int Readers = 60;

    private const int Connections = 2;

    private static readonly TimeSpan ServerPause = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoMailLeavesThatCannotBeRecordedAndNoneIsSentTwice()
    {
        await using var server = new CountingSmtpServer(ServerPause);
        await using var home = new ProgramHome();
        home.Settings["Mail__Transport"] = "Smtp";
        home.Settings["Mail__Smtp__0__Host"] = "127.0.0.1";
        home.Settings["Mail__Smtp__0__Port"] = server.Port.ToString(CultureInfo.InvariantCulture);
        home.Settings["Mail__Smtp__0__Security"] = "None";
        home.Settings["Mail__Smtp__0__Connections"] = Connections.ToString(CultureInfo.InvariantCulture);
        var today = $"{DateTime.UtcNow:yyyy-MM-dd}";
        (await home.RunAsync("papers", "import", ProgramHome.PapersFile("day-one.json"), "--date", today)).Well();
        (await home.RunAsync("edition", "publish", "--date", today)).Well();
        await KillTests.AddReadersAsync(home, Readers);

        await using var program = home.Start("digest", "send", "--date", today);
        await server.ReachedAsync(5).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        await using (var other = new SqliteConnection(
            $"Data Source={Path.Combine(home.Folder, "data", "trendingmail.db")};Pooling=False"))
        {
            await other.OpenAsync(Stop);
            await using var held = other.BeginTransaction();
            var before = server.Count;

            // The program gives up beginning new mails; what the server took meanwhile waits to be written down.
            await Until.TrueAsync("the program says what is wrong", TimeSpan.FromSeconds(30),
                () => program.Errors.Contains("is locked by another program", StringComparison.Ordinal));
            Assert.InRange(server.Count, before, before + Connections);
        }

        Assert.NotEqual(0, (await program.EndAsync()).ExitCode);
        (await home.RunAsync("digest", "send", "--date", today)).Well();
        Assert.Equal(Readers, server.Taken.Select(mail => mail.Recipient).Distinct().Count());
        Assert.Equal(Readers, server.Count);
    }
}
