using System.Globalization;
using TrendingMail.Papers.Http;

namespace TrendingMail.Papers;

/// <summary>Hugging Face's Daily Papers API.</summary>
/// <param name="http">Retries, time-outs and the User-Agent are set where it is made.</param>
/// <param name="url">The API's address, up to the query.</param>
/// <param name="memory">For conditional requests; null to ask for everything each time.</param>
/// <param name="clock">Null for the system's.</param>
public sealed class HuggingFaceSource(
    HttpClient http, Uri url, HttpMemory? memory = null, TimeProvider? clock = null) : IPaperSource
{
    /// <summary>The API's own page size: a page with as many entries may have a next one.</summary>
    private const int PageSize = 50;

    private const int MaximumPages = 20;

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly WebReader web = new(http, url, memory, clock ?? TimeProvider.System);

    public static Uri Api { get; } = new("https://huggingface.co/api/daily_papers");

    public string Name => nameof(SourceKind.HuggingFace);

    public bool HasCounts => true;

    /// <summary>
    /// What the API lists for a day, page by page. Where a later page fails, the pages before it are given with the
    /// reason why the rest is missing.
    /// </summary>
    public async Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var whole = new SourceReading([], []) { Unchanged = true };
        for (var page = 0; page < MaximumPages; page++)
        {
            int entries;
            try
            {
                (var reading, entries) = await ReadPageAsync(day, page, cancellationToken);
                whole = Add(whole, reading);
            }
            catch (TrendingMailException e) when (page > 0)
            {
                return whole with { Unchanged = false, Incomplete = $"page {page + 1}: {e.Message}" };
            }

            if (entries < PageSize)
            {
                return whole with { Stale = WhyStale(whole.Papers, day) };
            }
        }

        return whole with { Notes = [$"more than {MaximumPages} pages; the rest was left"] };
    }

    /// <summary>A list all of whose papers say that they were listed on other days is another day's list.</summary>
    private static string? WhyStale(IReadOnlyList<ListedPaper> papers, DateOnly day) =>
        papers.Count > 0 && papers.All(paper => paper.ListedOn != day)
            ? string.Create(CultureInfo.InvariantCulture,
                $"it gave the list of {papers.Max(paper => paper.ListedOn):yyyy-MM-dd} where that of {day:yyyy-MM-dd} was asked for")
            : null;

    private static SourceReading Add(SourceReading whole, SourceReading page) => new(
        [.. whole.Papers, .. page.Papers], [.. whole.Problems, .. page.Problems])
    {
        Unchanged = whole.Unchanged && page.Unchanged,
        Validators = [.. whole.Validators, .. page.Validators],
    };

    private async Task<(SourceReading Reading, int Entries)> ReadPageAsync(
        DateOnly day, int page, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture,
            $"{url}?date={day:yyyy-MM-dd}&limit={PageSize}&p={page}");
        var answer = await web.GetAsync(
            new Uri(address), day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), cancellationToken);
        if (answer.Body is null)
        {
            return (new SourceReading([], []) { Unchanged = true }, answer.Known!.Entries);
        }

        using var json = new MemoryStream(answer.Body);
        var reading = await HuggingFaceJson.ReadAsync(json, day, cancellationToken);
        var entries = reading.Papers.Count + reading.Problems.Count;
        var now = clock.GetUtcNow();
        return (reading with
        {
            Papers = [.. reading.Papers.Select(paper => paper with { AsOf = now })],
            Validators = answer.Validator(entries) is { } validator ? [validator] : [],
        }, entries);
    }
}
