using System.Net;
using System.Text;
using TrendingMail.Papers;
using TrendingMail.Papers.Sources.Arxiv;
using TrendingMail.Papers.Sources.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Sources.Arxiv;

public abstract class ArxivSourceTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly DateOnly Friday = new(2026, 11, 20);

    [Fact]
    public async Task TodaysPapersAreFetchedFromTheFeedOfAllCategories()
    {
        using var fakeArxiv = new FakeArxiv(_ => ArxivResponses.Rss("Mon, 23 Nov 2026 00:00:00 -0500",
            ArxivResponses.Item("2611.00001v1"), ArxivResponses.Item("2611.00002v1", "cross"),
            ArxivResponses.Item("2402.00003v2", "replace")));

        var reading = await Source(fakeArxiv).FetchAsync(Today, Stop);

        Assert.Equal(["https://rss.arxiv.org/rss/cs.LG+stat.ML"], fakeArxiv.Requests);
        Assert.Equal(3, reading.Papers.Count);
        Assert.Equal(["announced on 2026-11-23: 1 new, 1 cross-listed, 1 replaced"], reading.Notes);
    }

    [Fact]
    public async Task EarlierDaysAreFetchedFromTheApiBySubmissionTime()
    {
        using var fakeArxiv = new FakeArxiv(
            _ => ArxivResponses.Atom(1, ArxivResponses.Entry("2611.00001v1", "2026-11-18T20:00:00Z")));

        var reading = await Source(fakeArxiv).FetchAsync(Friday, Stop);

        Assert.Equal(Friday, Assert.Single(reading.Papers).ListedOn);
        Assert.Equal(
            "https://export.arxiv.org/api/query?search_query=(cat:cs.LG OR cat:stat.ML) AND " +
            "submittedDate:[202611181900 TO " +
            "202611191859]&sortBy=submittedDate&sortOrder=ascending&start=0&max_results=200",
            Uri.UnescapeDataString(Assert.Single(fakeArxiv.Requests)));
    }

    [Fact]
    public async Task NothingIsRequestedOnAWeekend()
    {
        using var fakeArxiv = new FakeArxiv(_ => throw new InvalidOperationException());

        var reading = await Source(fakeArxiv).FetchAsync(new DateOnly(2026, 11, 22), Stop);

        Assert.Empty(fakeArxiv.Requests);
        Assert.Equal(["arXiv announces nothing on a Sunday"], reading.Notes);
    }

    [Fact]
    public async Task AllPagesOfADayAreFetched()
    {
        using var fakeArxiv = new FakeArxiv(number => Page(number, 401));

        var reading = await Source(fakeArxiv).FetchAsync(Friday, Stop);

        Assert.Equal((401, null), (reading.Papers.Count, reading.Incomplete));
        Assert.Equal(3, fakeArxiv.Requests.Count);
    }

    [Fact]
    public async Task IfALaterPageIsEmptyTheFirstOnesAreKeptAndTheResultIsIncomplete()
    {
        using var fakeArxiv = new FakeArxiv(number => number == 1 ? Page(1, 300) : ArxivResponses.Atom(300));

        var reading = await Source(fakeArxiv).FetchAsync(Friday, Stop);

        Assert.Equal(200, reading.Papers.Count);
        Assert.Equal("arXiv returned 200 of 300 papers; the next fetch tries to get the rest", reading.Incomplete);
    }

    [Fact]
    public async Task AServerThatIgnoresTheStartIsAskedTwice()
    {
        using var fakeArxiv = new FakeArxiv(_ => Page(1, 4000));

        var reading = await Source(fakeArxiv).FetchAsync(Friday, Stop);

        Assert.Equal((2, 200), (fakeArxiv.Requests.Count, reading.Papers.Count));
        Assert.Contains("page 2 repeats earlier ones", reading.Incomplete, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Rate exceeded.", "export.arxiv.org sent the text 'Rate exceeded.' instead of papers for 2026-11-20")]
    [InlineData("<!DOCTYPE html><title>Maintenance</title>", "sent an HTML page with the title 'Maintenance'")]
    public async Task AResponseWithoutAFeedIsDescribed(string body, string description)
    {
        using var fakeArxiv = new FakeArxiv(_ => body);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Source(fakeArxiv).FetchAsync(Friday, Stop));

        Assert.Contains(description, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFeedFromTheFutureIsNotRememberedAsABatch()
    {
        string[] items = [ArxivResponses.Item("2611.00001v1")];
        using var future = new FakeArxiv(_ => ArxivResponses.Rss("Fri, 31 Dec 9999 00:00:00 +0000", items));
        using var monday = new FakeArxiv(_ => ArxivResponses.Rss("Mon, 23 Nov 2026 00:00:00 -0500", items));

        Assert.Empty((await Source(future).FetchAsync(Today, Stop)).Notes);
        Assert.Null((await Source(monday).FetchAsync(Today, Stop)).Stale);
        Assert.Equal(1, await Database.ReadAsync(
            session => session.SingleAsync<int>("SELECT COUNT(*) FROM arxiv_batches"), Stop));
    }

    [Fact]
    public async Task AnErrorFeedIsReportedWithArxivsMessage()
    {
        using var fakeArxiv = new FakeArxiv(_ => ArxivResponses.Atom(1,
            "<entry><id>https://arxiv.org/api/errors#x</id><summary>malformed query</summary></entry>"))
        {
            Status = HttpStatusCode.BadRequest,
        };

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Source(fakeArxiv).FetchAsync(Friday, Stop));

        Assert.Equal("arXiv rejected the query: malformed query", fault.Message);
    }

    [Theory]
    [InlineData("https://mirror.example.org/rss", "https://mirror.example.org/rss/cs.LG+stat.ML")]
    [InlineData("https://mirror.example.org/feeds/atom/", "https://mirror.example.org/feeds/atom/cs.LG+stat.ML")]
    [InlineData("https://mirror.example.org/query", "https://mirror.example.org/query?search_query=")]
    public async Task AConfiguredUrlIsAFeedOrAnApi(string url, string requested)
    {
        using var fakeArxiv = new FakeArxiv(_ => ArxivResponses.Atom(0));

        await Source(fakeArxiv, url).FetchAsync(Today, Stop);

        Assert.StartsWith(requested, Assert.Single(fakeArxiv.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABatchRepeatedUnderANewDateIsStaleAndKeepsItsDay()
    {
        string[] items = [ArxivResponses.Item("2611.00001v1"), ArxivResponses.Item("2611.00002v1"),
            ArxivResponses.Item("2402.00003v2", "replace")];
        using var friday = new FakeArxiv(_ => ArxivResponses.Rss("Fri, 20 Nov 2026 00:00:00 -0500", items));
        using var monday = new FakeArxiv(_ => ArxivResponses.Rss("Mon, 23 Nov 2026 00:00:00 -0500", items));
        await Papers.SaveFetchAsync("Arxiv", await Source(friday).FetchAsync(Today, Stop), Stop);

        var reading = await Source(monday).FetchAsync(Today, Stop);
        var saved = await Papers.SaveFetchAsync("Arxiv", reading, Stop);

        Assert.Equal("the feed repeats the batch of 2026-11-20, dated 2026-11-23; it was imported as that of " +
            "2026-11-20", reading.Stale);
        Assert.Equal(new SavedFetch(0, 0, 0), saved);
        Assert.Empty(await Papers.ListByDayAsync(Today, Stop));
        Assert.Equal(2, (await Papers.ListByDayAsync(Friday, Stop)).Count);
    }

    [Fact]
    public async Task ANewBatchWithAFewKnownPapersIsNew()
    {
        using var friday = new FakeArxiv(
            _ => ArxivResponses.Rss("Fri, 20 Nov 2026 00:00:00 -0500", ArxivResponses.Item("2611.00001v1")));
        using var monday = new FakeArxiv(_ => ArxivResponses.Rss("Mon, 23 Nov 2026 00:00:00 -0500",
            ArxivResponses.Item("2611.00001v1"), ArxivResponses.Item("2611.00002v1"),
            ArxivResponses.Item("2611.00003v1")));
        await Source(friday).FetchAsync(Today, Stop);

        Assert.Single((await Source(monday).FetchAsync(Today, Stop)).Notes);
    }

    [Fact]
    public async Task ABatchOfAnotherDayIsNoted()
    {
        using var fakeArxiv = new FakeArxiv(
            _ => ArxivResponses.Rss("Fri, 20 Nov 2026 00:00:00 -0500", ArxivResponses.Item("2611.00001v1")));

        var reading = await Source(fakeArxiv).FetchAsync(Today, Stop);

        Assert.Contains("the newest batch in the feed is that of 2026-11-20", reading.Notes);
        Assert.Equal(Friday, reading.Papers[0].ListedOn);
    }

    private static string Page(int number, int total) => ArxivResponses.Atom(total, [.. Enumerable
        .Range((number - 1) * 200, Math.Min(200, total - ((number - 1) * 200)))
        .Select(i => ArxivResponses.Entry($"2611.{i:00000}v1"))]);

    private ArxivSource Source(FakeArxiv fakeArxiv, string? url = null) => new(
        fakeArxiv.Client, url is null ? null : new Uri(url), ["cs.LG", "stat.ML"], new HttpCacheStore(Database, Clock),
        new ArxivBatchStore(Database), Clock);

    /// <summary>Responds with a text for each request number, from 1.</summary>
    private sealed class FakeArxiv : HttpMessageHandler
    {
        private readonly Func<int, string> answer;

        public FakeArxiv(Func<int, string> answer)
        {
            this.answer = answer;
            Client = new HttpClient(this, disposeHandler: false);
        }

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public HttpClient Client { get; }

        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(Status)
            {
                Content = new StringContent(answer(Requests.Count), Encoding.UTF8, "application/xml"),
            });
        }

        protected override void Dispose(bool disposing)
        {
            Client.Dispose();
            base.Dispose(disposing);
        }
    }
}

public sealed class ArxivSourceOnSqlite() : ArxivSourceTests(new SqliteFixture());

public sealed class ArxivSourceOnPostgreSql() : ArxivSourceTests(new PostgreSqlFixture());
