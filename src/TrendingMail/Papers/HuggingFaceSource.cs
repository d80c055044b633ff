using System.Globalization;
using Polly.Timeout;

namespace TrendingMail.Papers;

/// <summary>Hugging Face's Daily Papers API.</summary>
/// <param name="http">Retries, time-outs and the User-Agent are set where it is made.</param>
/// <param name="url">The API's address, up to the query.</param>
public sealed class HuggingFaceSource(HttpClient http, Uri url) : IPaperSource
{
    /// <summary>The API's own page size: a page with as many entries may have a next one.</summary>
    private const int PageSize = 50;

    private const int MaximumPages = 20;

    public string Name => nameof(SourceKind.HuggingFace);

    public async Task<SourceReading> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        for (var page = 0; page < MaximumPages; page++)
        {
            var reading = await ReadPageAsync(day, page, cancellationToken);
            papers.AddRange(reading.Papers);
            problems.AddRange(reading.Problems);
            if (reading.Papers.Count + reading.Problems.Count < PageSize)
            {
                break;
            }
        }

        return new SourceReading(papers, problems);
    }

    private async Task<SourceReading> ReadPageAsync(DateOnly day, int page, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture,
            $"{url}?date={day:yyyy-MM-dd}&limit={PageSize}&p={page}");
        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new TrendingMailException($"{url.Host} answered HTTP {(int)response.StatusCode} for {day:yyyy-MM-dd}");
            }

            await using var json = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await HuggingFaceJson.ReadAsync(json, day, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new TrendingMailException($"{url.Host} cannot be reached ({e.HttpRequestError}: {e.Message})", e);
        }
        catch (Exception e) when (e is TimeoutRejectedException ||
            (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TrendingMailException($"{url.Host} did not answer in time", e);
        }
    }
}
