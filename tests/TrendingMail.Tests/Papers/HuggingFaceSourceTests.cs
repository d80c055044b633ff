using System.Net;
using System.Text;
using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

public sealed class HuggingFaceSourceTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    [Fact]
    public async Task APageThatIsNotFullIsTheLast()
    {
        using var api = new Api(_ => Page(0, 49));

        var reading = await api.ReadAsync();

        Assert.Equal(49, reading.Papers.Count);
        Assert.Equal(["https://papers.example.org/api/daily_papers?date=2026-11-23&limit=50&p=0"], api.Asked);
    }

    [Fact]
    public async Task AFullPageIsFollowedByTheNext()
    {
        using var api = new Api(page => page switch { 0 => Page(0, 50), 1 => Page(50, 50), _ => Page(100, 3) });

        var reading = await api.ReadAsync();

        Assert.Equal(103, reading.Papers.Select(paper => paper.ArxivId).Distinct().Count());
        Assert.Equal(3, api.Asked.Count);
    }

    [Fact]
    public async Task EntriesThatWereSetAsideCountForAFullPage()
    {
        using var api = new Api(page => page == 0 ? "[" + string.Join(',', Enumerable.Repeat("\"text\"", 50)) + "]" : Page(0, 1));

        var reading = await api.ReadAsync();

        Assert.Equal(50, reading.Problems.Count);
        Assert.Single(reading.Papers);
    }

    [Fact]
    public async Task AnApiThatNeverEndsIsLeftAfterTwentyPages()
    {
        using var api = new Api(page => Page(page * 50, 50));

        await api.ReadAsync();

        Assert.Equal(20, api.Asked.Count);
    }

    [Theory]
    [InlineData("2026-11-20", "2026-11-20", "it gave the list of 2026-11-20 where that of 2026-11-23 was asked for")]
    [InlineData("2026-11-20", "2026-11-23", null)]
    public async Task AListOfOtherDaysOnlyIsCalledStale(string one, string other, string? stale)
    {
        using var api = new Api(_ => "[" + string.Join(',', new[] { one, other }.Select((day, i) =>
            $$$"""{"paper": {"id": "2611.0000{{{i}}}", "title": "t", "summary": "s", "submittedOnDailyAt": "{{{day}}}T00:00:00Z"}}""")) + "]");

        Assert.Equal(stale, (await api.ReadAsync()).Stale);
    }

    [Fact]
    public async Task AnswersThatNameNoDayCountForTheDayAskedFor()
    {
        using var api = new Api(_ => Page(0, 1));

        Assert.Equal(Day, (await api.ReadAsync()).Papers[0].ListedOn);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "503")]
    [InlineData(HttpStatusCode.NotFound, "404")]
    [InlineData(HttpStatusCode.Redirect, "302")]
    public async Task AnotherStatusIsAFaultThatNamesTheHost(HttpStatusCode status, string code)
    {
        using var api = new Api(_ => "[]") { Status = status };

        var fault = await Assert.ThrowsAsync<TrendingMailException>(api.ReadAsync);

        Assert.Equal($"papers.example.org answered HTTP {code} for 2026-11-23", fault.Message);
    }

    [Fact]
    public async Task APageOfHtmlIsAFault()
    {
        using var api = new Api(_ => "<html>Please log in</html>");

        var fault = await Assert.ThrowsAsync<TrendingMailException>(api.ReadAsync);

        Assert.Contains("not valid JSON", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHostThatCannotBeReachedIsAFault()
    {
        using var api = new Api(_ => throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host"));

        var fault = await Assert.ThrowsAsync<TrendingMailException>(api.ReadAsync);

        Assert.StartsWith("papers.example.org cannot be reached (NameResolutionError", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAnswerThatDoesNotComeInTimeIsAFault()
    {
        using var api = new Api(_ => throw new TaskCanceledException("timed out"));

        var fault = await Assert.ThrowsAsync<TrendingMailException>(api.ReadAsync);

        Assert.Equal("papers.example.org did not answer in time", fault.Message);
    }

    [Fact]
    public async Task AStopIsNoFaultOfTheHost()
    {
        using var stop = new CancellationTokenSource();
        using var api = new Api(_ =>
        {
            stop.Cancel();
            throw new TaskCanceledException();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => api.Source.ReadAsync(Day, stop.Token));
    }

    private static string Page(int first, int count) =>
        "[" + string.Join(',', Enumerable.Range(first, count).Select(i => TestPapers.Json($"2611.{i:00000}"))) + "]";

    /// <summary>Answers a page's number with a text.</summary>
    private sealed class Api : HttpMessageHandler
    {
        private readonly Func<int, string> answer;
        private readonly HttpClient client;

        public Api(Func<int, string> answer)
        {
            this.answer = answer;
            client = new HttpClient(this, disposeHandler: false);
            Source = new HuggingFaceSource(client, new Uri("https://papers.example.org/api/daily_papers"));
        }

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public HuggingFaceSource Source { get; }

        public List<string> Asked { get; } = [];

        public Task<SourceReading> ReadAsync() => Source.ReadAsync(Day, TestContext.Current.CancellationToken);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
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
