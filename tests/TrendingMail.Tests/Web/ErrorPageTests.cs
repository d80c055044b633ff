using System.Net;
using Microsoft.Data.Sqlite;
using TrendingMail.Links;

namespace TrendingMail.Tests.Web;

public sealed class ErrorPageTests : WebTests
{
    [Fact]
    public async Task WhileTheDatabaseIsLockedWritesReturn503AndReadsWork()
    {
        var link = Link(await AddSubscriberAsync("ada@example.net"), LinkPurpose.Unsubscribe);
        await using var other = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        await other.OpenAsync(Stop);
        await using (other.BeginTransaction(deferred: false))
        {
            await PageAsync(link);
            using var response = await Client.PostAsync(link, null, Stop);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("30", string.Join(' ', response.Headers.GetValues("Retry-After")));
            var page = await response.Content.ReadAsStringAsync(Stop);
            Assert.Contains("Nothing was changed", page, StringComparison.Ordinal);
            Assert.DoesNotContain(DatabaseFile, page, StringComparison.Ordinal);
        }

        await PostAsync(link, HttpStatusCode.OK);
    }

    [Fact]
    public async Task AnUnreadableDatabaseIsReportedByTheHealthCheckOnly()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(DatabaseFile)!, "web.db*"))
        {
            File.Delete(file);
        }

        await File.WriteAllTextAsync(DatabaseFile, new string('x', 8192), Stop);

        Assert.Equal("not ready", await PageAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable));
        (RemoteAddress, LocalPort) = (IPAddress.Loopback, 5081);
        Assert.Contains(
            "the database is unavailable", await PageAsync("/healthz/ready", HttpStatusCode.ServiceUnavailable),
            StringComparison.Ordinal);
        Assert.Equal("live", await PageAsync("/healthz/live"));
        Assert.DoesNotContain(
            DatabaseFile, await PageAsync("/", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", await PostAsync(
            "/subscribe", HttpStatusCode.ServiceUnavailable, ("email", "ada@example.net")), StringComparison.Ordinal);
    }
}
