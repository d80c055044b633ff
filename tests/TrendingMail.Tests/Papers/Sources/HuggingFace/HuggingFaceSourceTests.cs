using System.Net;
using System.Text;
using TrendingMail.Papers.Sources;
using TrendingMail.Papers.Sources.HuggingFace;

namespace TrendingMail.Tests.Papers.Sources.HuggingFace;

public sealed class HuggingFaceSourceTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    [Fact]
    public async Task APartialPageIsTheLast()
    {
        using var fakeApi = new FakeApi(_ => Page(0, 49));

        var reading = await fakeApi.FetchAsync();

        Assert.Equal(49, reading.Papers.Count);
        Assert.Equal(["https://papers.example.org/api/daily_papers?date=2026-11-23&limit=50&p=0"], fakeApi.Requests);
    }

    [Fact]
    public async Task AFullPageIsFollowedByTheNext()
    {
        using var fakeApi = new FakeApi(page => page switch { 0 => Page(0, 50), 1 => Page(50, 50), _ => Page(100, 3) });

        var reading = await fakeApi.FetchAsync();

        Assert.Equal(103, reading.Papers.Select(paper => paper.ArxivId).Distinct().Count());
        Assert.Equal(3, fakeApi.Requests.Count);
    }

    [Fact]
    public async Task SkippedEntriesCountTowardsAFullPage()
    {
        using var fakeApi = new FakeApi(
            page => page == 0 ? "[" + string.Join(',', Enumerable.Repeat("\"text\"", 50)) + "]" : Page(0, 1));

        var reading = await fakeApi.FetchAsync();

        Assert.Equal(50, reading.Problems.Count);
        Assert.Single(reading.Papers);
    }

    [Fact]
    public async Task AtMostTwentyPagesAreFetched()
    {
        using var fakeApi = new FakeApi(page => Page(page * 50, 50));

        await fakeApi.FetchAsync();

        Assert.Equal(20, fakeApi.Requests.Count);
    }

    [Theory]
    [InlineData("2026-11-20", "2026-11-20", "it returned the list of 2026-11-20 instead of 2026-11-23")]
    [InlineData("2026-11-20", "2026-11-23", null)]
    public async Task AListOfOtherDaysOnlyIsStale(string first, string second, string? stale)
    {
        using var fakeApi = new FakeApi(_ => "[" + string.Join(',', new[] { first, second }.Select((day, i) =>
            $$$"""{"paper": {"id": "2611.0000{{{i}}}", "title": "t", "summary": "s", "submittedOnDailyAt": "{{{day}}}T00:00:00Z"}}""")) + "]");

        Assert.Equal(stale, (await fakeApi.FetchAsync()).Stale);
    }

    [Fact]
    public async Task EntriesWithoutADayCountForTheRequestedDay()
    {
        using var fakeApi = new FakeApi(_ => Page(0, 1));

        Assert.Equal(Day, (await fakeApi.FetchAsync()).Papers[0].ListedOn);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "503")]
    [InlineData(HttpStatusCode.NotFound, "404")]
    [InlineData(HttpStatusCode.Redirect, "302")]
    public async Task AnErrorStatusFailsAndTheErrorNamesTheHost(HttpStatusCode status, string code)
    {
        using var fakeApi = new FakeApi(_ => "[]") { Status = status };

        var fault = await Assert.ThrowsAsync<TrendingMailException>(fakeApi.FetchAsync);

        Assert.Equal($"papers.example.org returned HTTP {code} for 2026-11-23", fault.Message);
    }

    [Theory]
    [InlineData("<html>Please log in</html>", "an HTML page")]
    [InlineData("Rate exceeded.", "the text 'Rate exceeded.'")]
    [InlineData("", "an empty response")]
    public async Task AResponseWithoutDataFailsAndIsDescribed(string body, string description)
    {
        using var fakeApi = new FakeApi(_ => body);

        var fault = await Assert.ThrowsAsync<TrendingMailException>(fakeApi.FetchAsync);

        Assert.Equal($"papers.example.org sent {description} instead of papers for 2026-11-23 (HTTP 200)",
            fault.Message);
    }

    [Fact]
    public async Task AServerThatIgnoresThePageIsAskedTwice()
    {
        using var fakeApi = new FakeApi(_ => Page(0, 50));

        var reading = await fakeApi.FetchAsync();

        Assert.Equal(2, fakeApi.Requests.Count);
        Assert.Equal(50, reading.Papers.Count);
        Assert.Contains("page 2 repeats earlier ones", Assert.Single(reading.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreadablePagesThatRepeatAreAskedTwice()
    {
        using var fakeApi = new FakeApi(_ => $"[{string.Join(',', Enumerable.Repeat("{}", 50))}]");

        var reading = await fakeApi.FetchAsync();

        Assert.Equal((2, 50), (fakeApi.Requests.Count, reading.Problems.Count));
    }

    [Fact]
    public async Task AnUnreachableHostFails()
    {
        using var fakeApi = new FakeApi(
            _ => throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host"));

        var fault = await Assert.ThrowsAsync<TrendingMailException>(fakeApi.FetchAsync);

        Assert.StartsWith(
            "papers.example.org cannot be reached (NameResolutionError", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATimeoutFails()
    {
        using var fakeApi = new FakeApi(_ => throw new TaskCanceledException("timed out"));

        var fault = await Assert.ThrowsAsync<TrendingMailException>(fakeApi.FetchAsync);

        Assert.Equal("papers.example.org timed out", fault.Message);
    }

    [Fact]
    public async Task CancellationIsNotReportedAsAFailureOfTheHost()
    {
        using var stop = new CancellationTokenSource();
        using var fakeApi = new FakeApi(_ =>
        {
            stop.Cancel();
            throw new TaskCanceledException();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fakeApi.Source.FetchAsync(Day, stop.Token));
    }

    private static string Page(int first, int count) =>
        "[" + string.Join(',', Enumerable.Range(first, count).Select(i => TestPapers.Json($"2611.{i:00000}"))) + "]";

    /// <summary>Responds with a text for each page number.</summary>
    private sealed class FakeApi : HttpMessageHandler
    {
        private readonly Func<int, string> answer;
        private readonly HttpClient client;

        public FakeApi(Func<int, string> answer)
        {
            this.answer = answer;
            client = new HttpClient(this, disposeHandler: false);
            Source = new HuggingFaceSource(client, new Uri("https://papers.example.org/api/daily_papers"));
        }

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public HuggingFaceSource Source { get; }

        public List<string> Requests { get; } = [];

        public Task<FetchResult> FetchAsync() => Source.FetchAsync(Day, TestContext.Current.CancellationToken);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.RequestUri!.AbsoluteUri);
            var page = int.Parse(request.RequestUri.Query[(request.RequestUri.Query.LastIndexOf('=') + 1)..], null);
            return Task.FromResult(new HttpResponseMessage(Status)
            {
                Content = new StringContent(answer(page), Encoding.UTF8, "application/json"),
            });
        }

        protected override void Dispose(bool disposing)
        {
            client.Dispose();
            base.Dispose(disposing);
        }
    }
}
