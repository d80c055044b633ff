using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Papers.Sources.HuggingFace;
using TrendingMail.Tests.Papers.Sources.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Sources;

public abstract class VotePollTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    [Fact]
    public async Task VotesOfPastDaysArePolledEverySixHours()
    {
        await using var api = await LocalServer.StartAsync((http, number) =>
            http.Response.WriteAsync($"[{TestPapers.Json("2611.00001", upvotes: number)}]"));
        var collector = CreateCollector(api);
        await collector.FetchAsync(Today, null, Stop);

        Assert.Empty(await collector.PollAsync(Clock.GetUtcNow(), 3, Stop));
        for (var hour = 0; hour < 5 * 24; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            await collector.PollAsync(Clock.GetUtcNow(), 3, Stop);
        }

        // Polls from the first hour of the 24th to the last of the 26th; the day itself is fetched by the publisher.
        var polls = await Papers.ListPollsAsync((await Papers.FindByArxivIdAsync("2611.00001", Stop))!.Id, Stop);
        Assert.InRange(polls.Count, 12, 13);
        Assert.Equal(polls.Count, api.Requests.Count);
        Assert.True(polls[^1].PolledAt < Morning.AddDays(3).AddHours(16));
    }

    [Fact]
    public async Task AnUnchangedDayIsNotImportedAgain()
    {
        await using var api = await LocalServer.StartAsync(http =>
        {
            http.Response.Headers.ETag = "\"one\"";
            if (http.Request.Headers.IfNoneMatch == "\"one\"")
            {
                http.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            return http.Response.WriteAsync($"[{TestPapers.Json("2611.00001")}]");
        });
        var collector = CreateCollector(api);

        Assert.False(Assert.Single(await collector.FetchAsync(Today, null, Stop)).Unchanged);
        var again = Assert.Single(await collector.FetchAsync(Today, null, Stop));

        Assert.Equal((true, 0, null), (again.Unchanged, again.Received, again.Fault));
        Assert.Single(await Papers.ListByDayAsync(Today, Stop));
    }

    [Fact]
    public async Task IfALaterPageFailsTheFirstIsKeptAndTheRestIsFetchedNextTime()
    {
        var works = false;
        await using var api = await LocalServer.StartAsync(http =>
        {
            var first = http.Request.Query["p"] == "0";
            http.Response.Headers.ETag = first ? "\"one\"" : "\"two\"";
            http.Response.StatusCode = !first && !works ? 404 : http.Request.Headers.IfNoneMatch.Count > 0 ? 304 : 200;
            return http.Response.StatusCode != 200
                ? Task.CompletedTask
                : http.Response.WriteAsync("[" + string.Join(',', Enumerable.Range(first ? 0 : 50, first ? 50 : 3)
                    .Select(i => TestPapers.Json($"2611.{i:00000}"))) + "]");
        });
        var collector = CreateCollector(api);

        var report = Assert.Single(await collector.FetchAsync(Today, null, Stop));
        Assert.Equal(50, report.Received);
        Assert.Contains("page 2", report.Fault, StringComparison.Ordinal);

        works = true;
        report = Assert.Single(await collector.FetchAsync(Today, null, Stop));
        Assert.Equal((3, null), (report.Received, report.Fault));
        Assert.Equal(53, await CountAsync("papers"));
    }

    private PaperCollector CreateCollector(LocalServer api) => new(
        [new HuggingFaceSource(api.CreateClient(), api.Url, new HttpCacheStore(Database, Clock), Clock)], Papers,
        Clock, NullLogger<PaperCollector>.Instance);
}

public sealed class VotePollOnSqlite() : VotePollTests(new SqliteFixture());

public sealed class VotePollOnPostgreSql() : VotePollTests(new PostgreSqlFixture());
