using System.Net;
using System.Text;
using TrendingMail.Papers;
using TrendingMail.Papers.Arxiv;
using TrendingMail.Papers.Http;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Papers.Arxiv;

public abstract class ArxivSourceTests(DatabaseFixture fixture) : StorageTests(fixture)
{
    private static readonly DateOnly Friday = new(2026, 11, 20);

    [Fact]
    public async Task TodaysPapersComeFromTheFeedOfAllCategories()
    {
        using var arxiv = new Arxiv(_ => Answers.Rss("Mon, 23 Nov 2026 00:00:00 -0500",
            Answers.Item("2611.00001v1"), Answers.Item("2611.00002v1", "cross"), Answers.Item("2402.00003v2", "replace")));

        var reading = await Source(arxiv).ReadAsync(Today, Stop);

        Assert.Equal(["https://rss.arxiv.org/rss/cs.LG+stat.ML"], arxiv.Asked);
        Assert.Equal(3, reading.Papers.Count);
        Assert.Equal(["announced on 2026-11-23: 1 new, 1 cross-listed, 1 replaced"], reading.Notes);
    }

    [Fact]
    public async Task EarlierDaysComeFromTheApiByTheHoursOfSubmission()
    {
        using var arxiv = new Arxiv(_ => Answers.Atom(1, Answers.Entry("2611.00001v1", "2026-11-18T20:00:00Z")));

        var reading = await Source(arxiv).ReadAsync(Friday, Stop);

        Assert.Equal(Friday, Assert.Single(reading.Papers).ListedOn);
        Assert.Equal(
            "https://export.arxiv.org/api/query?search_query=(cat:cs.LG OR cat:stat.ML) AND " +
            "submittedDate:[202611181900 TO 202611191859]&sortBy=submittedDate&sortOrder=ascending&start=0&max_results=200",
            Uri.UnescapeDataString(Assert.Single(arxiv.Asked)));
    }

    [Fact]
    public async Task OnAWeekendNothingIsAsked()
    {
        using var arxiv = new Arxiv(_ => throw new InvalidOperationException());

        var reading = await Source(arxiv).ReadAsync(new DateOnly(2026, 11, 22), Stop);

        Assert.Empty(arxiv.Asked);
        Assert.Equal(["arXiv announces nothing on a Sunday"], reading.Notes);
    }

    [Fact]
    public async Task ThePagesOfADayAreReadToTheEnd()
    {
        using var arxiv = new Arxiv(number => Page(number, 401));

        var reading = await Source(arxiv).ReadAsync(Friday, Stop);

        Assert.Equal((401, null), (reading.Papers.Count, reading.Incomplete));
        Assert.Equal(3, arxiv.Asked.Count);
    }

    [Fact]
    public async Task WhereALaterPageFailsTheFirstOnesAreKeptAndTheRestIsTold()
    {
        using var arxiv = new Arxiv(number => number == 1 ? Page(1, 300) : Answers.Atom(300));

        var reading = await Source(arxiv).ReadAsync(Friday, Stop);

        Assert.Equal(200, reading.Papers.Count);
        Assert.Equal("arXiv sent 200 of 300 papers; the rest comes with the next look", reading.Incomplete);
    }

    [Fact]
    public async Task AnErrorFeedIsToldInArxivsWords()
    {
        using var arxiv = new Arxiv(_ => Answers.Atom(1,
            "<entry><id>https://arxiv.org/api/errors#x</id><summary>malformed query</summary></entry>"))
        {
            Status = HttpStatusCode.BadRequest,
        };

        var fault = await Assert.ThrowsAsync<TrendingMailException>(() => Source(arxiv).ReadAsync(Friday, Stop));

        Assert.Equal("arXiv refused the question: malformed query", fault.Message);
    }

    [Theory]
    [InlineData("https://mirror.example.org/rss", "https://mirror.example.org/rss/cs.LG+stat.ML")]
    [InlineData("https://mirror.example.org/feeds/atom/", "https://mirror.example.org/feeds/atom/cs.LG+stat.ML")]
    [InlineData("https://mirror.example.org/query", "https://mirror.example.org/query?search_query=")]
    public async Task AnAddressOfOnesOwnIsAFeedOrAnApi(string url, string asked)
    {
        using var arxiv = new Arxiv(_ => Answers.Atom(0));

        await Source(arxiv, url).ReadAsync(Today, Stop);

        Assert.StartsWith(asked, Assert.Single(arxiv.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABatchThatComesAgainUnderANewDateIsToldAndKeepsItsDay()
    {
        string[] items = [Answers.Item("2611.00001v1"), Answers.Item("2611.00002v1"), Answers.Item("2402.00003v2", "replace")];
        using var friday = new Arxiv(_ => Answers.Rss("Fri, 20 Nov 2026 00:00:00 -0500", items));
        using var monday = new Arxiv(_ => Answers.Rss("Mon, 23 Nov 2026 00:00:00 -0500", items));
        await Papers.SaveReadingAsync("Arxiv", await Source(friday).ReadAsync(Today, Stop), Stop);

        var reading = await Source(monday).ReadAsync(Today, Stop);
        var saved = await Papers.SaveReadingAsync("Arxiv", reading, Stop);

        Assert.Equal("the feed repeats the batch of 2026-11-20 under 2026-11-23; it is taken as that of 2026-11-20", reading.Stale);
        Assert.Equal(new SavedReading(0, 0, 0), saved);
        Assert.Empty(await Papers.OfDayAsync(Today, Stop));
        Assert.Equal(2, (await Papers.OfDayAsync(Friday, Stop)).Count);
    }

    [Fact]
    public async Task ANewBatchWithAFewKnownPapersIsNew()
    {
        using var friday = new Arxiv(_ => Answers.Rss("Fri, 20 Nov 2026 00:00:00 -0500", Answers.Item("2611.00001v1")));
        using var monday = new Arxiv(_ => Answers.Rss("Mon, 23 Nov 2026 00:00:00 -0500",
            Answers.Item("2611.00001v1"), Answers.Item("2611.00002v1"), Answers.Item("2611.00003v1")));
        await Source(friday).ReadAsync(Today, Stop);

        Assert.Single((await Source(monday).ReadAsync(Today, Stop)).Notes);
    }

    [Fact]
    public async Task ABatchOfAnotherDayIsToldAsSuch()
    {
        using var arxiv = new Arxiv(_ => Answers.Rss("Fri, 20 Nov 2026 00:00:00 -0500", Answers.Item("2611.00001v1")));

        var reading = await Source(arxiv).ReadAsync(Today, Stop);

        Assert.Contains("the feed's newest batch is that of 2026-11-20", reading.Notes);
        Assert.Equal(Friday, reading.Papers[0].ListedOn);
    }

    private static string Page(int number, int total) => Answers.Atom(total, [.. Enumerable
        .Range((number - 1) * 200, Math.Min(200, total - ((number - 1) * 200)))
        .Select(i => Answers.Entry($"2611.{i:00000}v1"))]);

    private ArxivSource Source(Arxiv arxiv, string? url = null) => new(
        arxiv.Client, url is null ? null : new Uri(url), ["cs.LG", "stat.ML"], new HttpMemory(Database, Clock),
        new ArxivBatches(Database), Clock);

    /// <summary>Answers the number of a request with a text.</summary>
    private sealed class Arxiv : HttpMessageHandler
    {
        private readonly Func<int, string> answer;

        public Arxiv(Func<int, string> answer)
        {
            this.answer = answer;
            Client = new HttpClient(this, disposeHandler: false);
        }

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public HttpClient Client { get; }

        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(Status)
            {
                Content = new StringContent(answer(Asked.Count), Encoding.UTF8, "application/xml"),
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
