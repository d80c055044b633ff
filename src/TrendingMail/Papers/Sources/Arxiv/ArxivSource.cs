using System.Globalization;
using System.Net;
using TrendingMail.Papers.Sources.Http;

namespace TrendingMail.Papers.Sources.Arxiv;

/// <summary>
/// Fetches arXiv's new papers of some categories: today's from the announcement feed, those of earlier days from the
/// API by submission time. A configured URL is treated as a feed if its path contains a segment <c>rss</c> or
/// <c>atom</c>, else as an API; the response may be Atom or RSS.
/// </summary>
/// <param name="http">Limited to one request per three seconds (https://info.arxiv.org/help/api/tou.html).</param>
/// <param name="url">Null for arXiv's public services.</param>
/// <param name="memory">Enables conditional requests; null to fetch everything every time.</param>
/// <param name="batches">Detects repeated batches; null to treat every batch as new.</param>
public sealed class ArxivSource(
    HttpClient http, Uri? url, IReadOnlyList<string> categories, HttpCacheStore? memory, ArxivBatchStore? batches,
    TimeProvider clock) : IPaperSource
{
    /// <summary>The manual asks for small pages; large ones occasionally come back empty.</summary>
    private const int PageSize = 200;

    private const int MaximumPages = 20;

    private readonly SourceHttpClient client = new(http, url ?? Api, memory, clock);

    public static Uri Api { get; } = new("https://export.arxiv.org/api/query");

    public static Uri Feed { get; } = new("https://rss.arxiv.org/rss");

    public string Name => nameof(SourceKind.Arxiv);

    public bool Announces => true;

    public Task<FetchResult> FetchAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var isFeed = url is null
            ? day == DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)
            : url.Segments.Any(segment => segment.Trim('/').ToUpperInvariant() is "RSS" or "ATOM");
        return isFeed
            ? FetchFeedAsync(day, cancellationToken)
            : FetchFromApiAsync(day, cancellationToken);
    }

    private async Task<FetchResult> FetchFeedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var address = new Uri($"{(url ?? Feed).AbsoluteUri.TrimEnd('/')}/{string.Join('+', categories)}");
        var answer = await client.GetAsync(address, "the newest announcement", cancellationToken);
        if (answer.Body is null)
        {
            return new FetchResult([], []) { Unchanged = true };
        }

        UnexpectedBody.Reject(answer, "the newest announcement");
        var feed = ArxivFeed.Read(answer.Body);
        var notes = new List<string>();
        string? stale = null;
        if (feed.Day is { } announced && feed.Papers.Count > 0 &&
            ListingDay.FindFault(announced, clock.GetUtcNow()) is null)
        {
            notes.Add(Summary(feed, announced));
            if (await RegisterBatchAsync(address, announced, feed, cancellationToken) is { } original)
            {
                stale = $"the feed repeats the batch of {Format(original)}, dated {Format(announced)}; " +
                    $"it was imported as that of {Format(original)}";
                feed = feed with
                {
                    Papers =
                    [.. feed.Papers.Select(entry => (WithDay(entry.Paper, announced, original), entry.Announcement))]
                };
            }
            else if (announced != day)
            {
                notes.Add($"the newest batch in the feed is that of {Format(announced)}");
            }
        }

        return new FetchResult([.. feed.Papers.Select(entry => entry.Paper)], feed.Problems)
        {
            Notes = notes,
            Stale = stale,
            Validators = answer.CreateValidator(feed.Papers.Count) is { } httpValidator ? [httpValidator] : [],
        };
    }

    /// <summary>
    /// Fetches all pages of a day. If a later page fails, the result holds the earlier pages and the reason why it is
    /// incomplete.
    /// </summary>
    private async Task<FetchResult> FetchFromApiAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (ArxivCalendar.SubmissionWindow(day) is not { } window)
        {
            return new FetchResult([], []) { Notes = [$"arXiv announces nothing on a {day.DayOfWeek}"] };
        }

        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        var seen = new SeenEntries();
        for (var page = 0; page < MaximumPages; page++)
        {
            ArxivFeed feed;
            try
            {
                feed = await FetchPageAsync(day, window, page * PageSize, cancellationToken);
            }
            catch (TrendingMailException e) when (page > 0)
            {
                return new FetchResult(papers, problems) { Incomplete = $"page {page + 1}: {e.Message}" };
            }

            if (seen.IsRepetition(feed.Papers.Select(entry => entry.Paper), feed.Problems))
            {
                return new FetchResult(papers, problems)
                {
                    Incomplete = $"page {page + 1} repeats earlier ones; the server may ignore the parameter 'start'",
                };
            }

            papers.AddRange(feed.Papers.Select(entry => entry.Paper));
            problems.AddRange(feed.Problems);
            var isEmpty = feed.Papers.Count + feed.Problems.Count == 0;
            if (isEmpty || (page + 1) * PageSize >= (feed.Total ?? 0))
            {
                return new FetchResult(papers, problems)
                {
                    Incomplete = DescribeMissing(papers.Count + problems.Count, feed.Total),
                };
            }
        }

        return new FetchResult(papers, problems)
        {
            Notes = [$"more than {MaximumPages} pages; the rest was ignored"],
        };
    }

    /// <summary>
    /// The API occasionally returns empty or short pages although there are more results, so the total is checked.
    /// </summary>
    private static string? DescribeMissing(int read, int? total) =>
        read < total ? $"arXiv returned {read} of {total} papers; the next fetch tries to get the rest" : null;

    private async Task<ArxivFeed> FetchPageAsync(
        DateOnly day, (DateTimeOffset From, DateTimeOffset To) window, int start, CancellationToken cancellationToken)
    {
        // submittedDate ranges include their last minute, which belongs to the next window.
        var query = string.Create(CultureInfo.InvariantCulture,
            $"({string.Join(" OR ", categories.Select(category => $"cat:{category}"))}) AND " +
            $"submittedDate:[{window.From:yyyyMMddHHmm} TO {window.To.AddMinutes(-1):yyyyMMddHHmm}]");
        var address = string.Create(CultureInfo.InvariantCulture,
            $"{url ?? Api}?search_query={Uri.EscapeDataString(query)}&sortBy=submittedDate&sortOrder=ascending" +
            $"&start={start}&max_results={PageSize}");

        // Validators are not stored: after a 304 response, the total would be unknown.
        var answer = await client.GetAsync(new Uri(address), Format(day), cancellationToken, HttpStatusCode.BadRequest);
        UnexpectedBody.Reject(answer, Format(day));
        var feed = ArxivFeed.Read(answer.Body!);
        return answer.Status == HttpStatusCode.BadRequest
            ? throw new TrendingMailException($"{answer.Address.Authority} returned HTTP 400 for {Format(day)}")
            : feed;
    }

    private async Task<DateOnly?> RegisterBatchAsync(
        Uri address, DateOnly announced, ArxivFeed feed, CancellationToken cancellationToken) => batches is null
        ? null
        : await batches.RegisterAsync(address.AbsoluteUri, announced,
            [.. feed.Papers.Where(entry => entry.Announcement == Announcement.New)
                .Select(entry => entry.Paper.ArxivId!)],
            cancellationToken);

    private static ListedPaper WithDay(ListedPaper paper, DateOnly announced, DateOnly original) => paper with
    {
        ListedOn = paper.ListedOn == announced ? original : paper.ListedOn,
        AsOf = new DateTimeOffset(original, default, TimeSpan.Zero),
    };

    private static string Summary(ArxivFeed feed, DateOnly day)
    {
        int Count(Announcement announcement) => feed.Papers.Count(entry => entry.Announcement == announcement);
        return string.Create(CultureInfo.InvariantCulture,
            $"announced on {day:yyyy-MM-dd}: {Count(Announcement.New)} new, " +
            $"{Count(Announcement.Cross)} cross-listed, {Count(Announcement.Replace)} replaced");
    }

    private static string Format(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
