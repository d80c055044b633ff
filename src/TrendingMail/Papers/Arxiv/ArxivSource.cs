using System.Globalization;
using System.Net;
using TrendingMail.Papers.Http;

namespace TrendingMail.Papers.Arxiv;

/// <summary>
/// arXiv's new papers of some categories. Today's come from the feed of announcements, earlier days from the API, by when
/// they were submitted. An address of one's own is asked as an API, or as a feed where its path has <c>rss</c> or
/// <c>atom</c> in it; the answer may have either form.
/// </summary>
/// <param name="http">Keeps to one request in three seconds; see https://info.arxiv.org/help/api/tou.html.</param>
/// <param name="url">Null for arXiv's own.</param>
/// <param name="memory">For conditional requests; null to ask for everything each time.</param>
/// <param name="batches">To recognise a batch that comes again; null to take each as new.</param>
public sealed class ArxivSource(
    HttpClient http, Uri? url, IReadOnlyList<string> categories, HttpMemory? memory, ArxivBatches? batches,
    TimeProvider clock) : IPaperSource
{
    /// <summary>The manual asks for slices; large ones come back empty now and then.</summary>
    private const int PageSize = 200;

    private const int MaximumPages = 20;

    private readonly WebReader web = new(http, url ?? Api, memory, clock);

    public static Uri Api { get; } = new("https://export.arxiv.org/api/query");

    public static Uri Feed { get; } = new("https://rss.arxiv.org/rss");

    public string Name => nameof(SourceKind.Arxiv);

    public bool Announces => true;

    public Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var isFeed = url is null
            ? day == DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)
            : url.Segments.Any(segment => segment.Trim('/').ToUpperInvariant() is "RSS" or "ATOM");
        return isFeed
            ? ReadFeedAsync(day, cancellationToken)
            : ReadApiAsync(day, cancellationToken);
    }

    private async Task<SourceReading> ReadFeedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var address = new Uri($"{(url ?? Feed).AbsoluteUri.TrimEnd('/')}/{string.Join('+', categories)}");
        var answer = await web.GetAsync(address, "the newest announcement", cancellationToken);
        if (answer.Body is null)
        {
            return new SourceReading([], []) { Unchanged = true };
        }

        var feed = ArxivFeed.Read(answer.Body);
        var notes = new List<string>();
        string? stale = null;
        if (feed.Day is { } announced && feed.Papers.Count > 0)
        {
            notes.Add(Summary(feed, announced));
            if (await SeenBeforeAsync(address, announced, feed, cancellationToken) is { } original)
            {
                stale = $"the feed repeats the batch of {Text(original)} under {Text(announced)}; it is taken as that of {Text(original)}";
                feed = feed with { Papers = [.. feed.Papers.Select(entry => (Redated(entry.Paper, announced, original), entry.Announcement))] };
            }
            else if (announced != day)
            {
                notes.Add($"the feed's newest batch is that of {Text(announced)}");
            }
        }

        return new SourceReading([.. feed.Papers.Select(entry => entry.Paper)], feed.Problems)
        {
            Notes = notes,
            Stale = stale,
            Validators = answer.Validator(feed.Papers.Count) is { } validator ? [validator] : [],
        };
    }

    /// <summary>
    /// All pages of a day. Where a later page fails, the pages before it are given with the reason why the rest is missing.
    /// </summary>
    private async Task<SourceReading> ReadApiAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (ArxivCalendar.Submitted(day) is not { } window)
        {
            return new SourceReading([], []) { Notes = [$"arXiv announces nothing on a {day.DayOfWeek}"] };
        }

        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        for (var page = 0; page < MaximumPages; page++)
        {
            ArxivFeed feed;
            try
            {
                feed = await ReadPageAsync(day, window, page * PageSize, cancellationToken);
            }
            catch (TrendingMailException e) when (page > 0)
            {
                return new SourceReading(papers, problems) { Incomplete = $"page {page + 1}: {e.Message}" };
            }

            papers.AddRange(feed.Papers.Select(entry => entry.Paper));
            problems.AddRange(feed.Problems);
            var read = papers.Count + problems.Count;
            var isEmpty = feed.Papers.Count + feed.Problems.Count == 0;
            if (isEmpty || (page + 1) * PageSize >= (feed.Total ?? 0))
            {
                // The API sends pages that are empty or short at times, though there is more: the total says so.
                return new SourceReading(papers, problems)
                {
                    Incomplete = read < feed.Total ? $"arXiv sent {read} of {feed.Total} papers; the rest comes with the next look" : null,
                };
            }
        }

        return new SourceReading(papers, problems) { Notes = [$"more than {MaximumPages} pages; the rest was left"] };
    }

    private async Task<ArxivFeed> ReadPageAsync(
        DateOnly day, (DateTimeOffset From, DateTimeOffset To) window, int start, CancellationToken cancellationToken)
    {
        // The last minute is part of a range of submittedDate, and the next window begins with it.
        var query = string.Create(CultureInfo.InvariantCulture,
            $"({string.Join(" OR ", categories.Select(category => $"cat:{category}"))}) AND " +
            $"submittedDate:[{window.From:yyyyMMddHHmm} TO {window.To.AddMinutes(-1):yyyyMMddHHmm}]");
        var address = string.Create(CultureInfo.InvariantCulture,
            $"{url ?? Api}?search_query={Uri.EscapeDataString(query)}&sortBy=submittedDate&sortOrder=ascending&start={start}&max_results={PageSize}");

        // Its validators are not kept: "not changed" would not tell how many papers there are.
        var answer = await web.GetAsync(new Uri(address), Text(day), cancellationToken, HttpStatusCode.BadRequest);
        var feed = ArxivFeed.Read(answer.Body!);
        return answer.Status == HttpStatusCode.BadRequest
            ? throw new TrendingMailException($"{answer.Address.Authority} answered HTTP 400 for {Text(day)}")
            : feed;
    }

    private async Task<DateOnly?> SeenBeforeAsync(
        Uri address, DateOnly announced, ArxivFeed feed, CancellationToken cancellationToken) => batches is null
        ? null
        : await batches.SeenBeforeAsync(address.AbsoluteUri, announced,
            [.. feed.Papers.Where(entry => entry.Announcement == Announcement.New).Select(entry => entry.Paper.ArxivId!)],
            cancellationToken);

    private static ListedPaper Redated(ListedPaper paper, DateOnly announced, DateOnly original) => paper with
    {
        ListedOn = paper.ListedOn == announced ? original : paper.ListedOn,
        AsOf = new DateTimeOffset(original, default, TimeSpan.Zero),
    };

    private static string Summary(ArxivFeed feed, DateOnly day)
    {
        int Count(Announcement announcement) => feed.Papers.Count(entry => entry.Announcement == announcement);
        return string.Create(CultureInfo.InvariantCulture,
            $"announced on {day:yyyy-MM-dd}: {Count(Announcement.New)} new, {Count(Announcement.Cross)} cross-listed, {Count(Announcement.Replace)} replaced");
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
