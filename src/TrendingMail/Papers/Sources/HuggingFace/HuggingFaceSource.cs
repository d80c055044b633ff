using System.Globalization;
using TrendingMail.Papers.Sources.Http;

namespace TrendingMail.Papers.Sources.HuggingFace;

/// <summary>Fetches papers from Hugging Face's Daily Papers API.</summary>
/// <param name="http">A client configured with retries, timeouts and the User-Agent.</param>
/// <param name="url">The API's URL without the query string.</param>
/// <param name="memory">Enables conditional requests; null to fetch everything every time.</param>
/// <param name="clock">Null for the system clock.</param>
public sealed class HuggingFaceSource(
    HttpClient http, Uri url, HttpCacheStore? memory = null, TimeProvider? clock = null) : IPaperSource
{
    /// <summary>The API's page size. A full page may be followed by another.</summary>
    private const int PageSize = 50;

    private const int MaximumPages = 20;

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly SourceHttpClient client = new(http, url, memory, clock ?? TimeProvider.System);

    public static Uri Api { get; } = new("https://huggingface.co/api/daily_papers");

    public string Name => nameof(SourceKind.HuggingFace);

    public bool HasCounts => true;

    /// <summary>
    /// Fetches all pages of a day. If a later page fails, the result holds the earlier pages and the reason why it is
    /// incomplete.
    /// </summary>
    public async Task<FetchResult> FetchAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var total = new FetchResult([], []) { Unchanged = true };
        var seen = new SeenEntries();
        for (var page = 0; page < MaximumPages; page++)
        {
            FetchResult reading;
            int entries;
            try
            {
                (reading, entries) = await FetchPageAsync(day, page, cancellationToken);
            }
            catch (TrendingMailException e) when (page > 0)
            {
                return total with { Unchanged = false, Incomplete = $"page {page + 1}: {e.Message}" };
            }

            if (seen.IsRepetition(reading))
            {
                return total with
                {
                    Stale = FindStaleReason(total.Papers, day),
                    Notes = [$"page {page + 1} repeats earlier ones; the server may ignore the parameter 'p'"],
                };
            }

            total = Append(total, reading);
            if (entries < PageSize)
            {
                return total with { Stale = FindStaleReason(total.Papers, day) };
            }
        }

        return total with { Notes = [$"more than {MaximumPages} pages; the rest was ignored"] };
    }

    /// <summary>If every paper states another listing day, the API returned the list of another day.</summary>
    private static string? FindStaleReason(IReadOnlyList<ListedPaper> papers, DateOnly day) =>
        papers.Count > 0 && papers.All(paper => paper.ListedOn != day)
            ? string.Create(CultureInfo.InvariantCulture,
                $"it returned the list of {papers.Max(paper => paper.ListedOn):yyyy-MM-dd} instead of {day:yyyy-MM-dd}")
            : null;

    private static FetchResult Append(FetchResult total, FetchResult page) => new(
        [.. total.Papers, .. page.Papers], [.. total.Problems, .. page.Problems])
    {
        Unchanged = total.Unchanged && page.Unchanged,
        Validators = [.. total.Validators, .. page.Validators],
    };

    private async Task<(FetchResult Result, int Entries)> FetchPageAsync(
        DateOnly day, int page, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture,
            $"{url}?date={day:yyyy-MM-dd}&limit={PageSize}&p={page}");
        var subject = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var answer = await client.GetAsync(new Uri(address), subject, cancellationToken);
        if (answer.Body is null)
        {
            return (new FetchResult([], []) { Unchanged = true }, answer.PreviousValidator!.Entries);
        }

        UnexpectedBody.Reject(answer, subject);
        using var json = new MemoryStream(answer.Body);
        var reading = await HuggingFaceJson.ReadAsync(json, day, cancellationToken);
        var entries = reading.Papers.Count + reading.Problems.Count;
        var now = clock.GetUtcNow();
        return (reading with
        {
            Papers = [.. reading.Papers.Select(paper => paper with { AsOf = now })],
            Validators = answer.CreateValidator(entries) is { } httpValidator ? [httpValidator] : [],
        }, entries);
    }
}
