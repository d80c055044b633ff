using System.Text.Json;
using TrendingMail.Papers.Identifiers;
using static TrendingMail.Papers.Sources.Files.JsonFields;

namespace TrendingMail.Papers.Sources.HuggingFace;

/// <summary>
/// Parses responses of Hugging Face's <c>GET /api/daily_papers</c> in every format used since 2024: an array of
/// entries, each with a <c>paper</c> object, optionally wrapped in an object under <c>data</c>. Invalid entries are
/// skipped, each with a reason.
/// </summary>
public static class HuggingFaceJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <param name="json">UTF-8 encoded JSON.</param>
    /// <param name="day">The listing day of entries that do not state one; null if unknown.</param>
    /// <exception cref="TrendingMailException">The content is not JSON, or not a list of entries.</exception>
    public static async Task<FetchResult> ReadAsync(Stream json, DateOnly? day, CancellationToken cancellationToken)
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(json, Options, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new TrendingMailException(
                $"the response is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);
        }

        using (document)
        {
            return Read(Entries(document.RootElement), day);
        }
    }

    private static JsonElement Entries(JsonElement root)
    {
        var entries = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data) ? data : root;
        return entries.ValueKind == JsonValueKind.Array
            ? entries
            : throw new TrendingMailException("the response contains no list of papers (expected a JSON array)");
    }

    private static FetchResult Read(JsonElement entries, DateOnly? day)
    {
        var papers = new List<ListedPaper>();
        var problems = new List<string>();
        var number = 0;
        foreach (var entry in entries.EnumerateArray())
        {
            number++;
            var (paper, problem) = ReadEntry(entry, day);
            if (paper is not null)
            {
                papers.Add(paper);
            }
            else
            {
                problems.Add($"entry {number}: {problem}");
            }
        }

        return new FetchResult(papers, problems);
    }

    /// <summary>The parsed entry, or the reason why it is invalid.</summary>
    internal static (ListedPaper? Paper, string? Problem) ReadEntry(JsonElement entry, DateOnly? day)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return (null, $"expected an object, found {DescribeKind(entry)}");
        }

        if (!entry.TryGetProperty("paper", out var paper) || paper.ValueKind != JsonValueKind.Object)
        {
            return (null, "no 'paper' object");
        }

        var id = Text(paper, "id");

        // Prefer the inner title: it is arXiv's original, with line breaks and LaTeX. The outer one was cleaned up.
        var title = Text(paper, "title") ?? Text(entry, "title");
        var summary = Text(paper, "summary") ?? Text(entry, "summary");
        if (title is null)
        {
            return (null, $"{id ?? "a paper without id"} has no title");
        }

        if (summary is null)
        {
            return (null, $"{id ?? title} has no abstract");
        }

        // Not the outer publishedAt: it is hours off and unrelated to the listing.
        var listedOn = Instant(paper, "submittedOnDailyAt") is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : day;
        if (listedOn is null)
        {
            return (null, $"{id ?? title} does not state its listing day; specify it with --date");
        }

        return (CreatePaper(entry, paper, title, summary, listedOn.Value), null);
    }

    private static ListedPaper CreatePaper(
        JsonElement entry, JsonElement paper, string title, string summary, DateOnly listedOn) => new()
        {
            ArxivId = ArxivId.Find(Text(paper, "id"))?.Id,
            Version = ArxivId.Find(Text(paper, "id"))?.Version,
            Title = title,
            Abstract = summary,
            AiSummary = Text(paper, "ai_summary"),
            Authors = Names(paper, "authors"),
            Keywords = Strings(paper, "ai_keywords"),
            Organization = DisplayName(entry, "organization") ?? DisplayName(paper, "organization"),
            Upvotes = Count(paper, "upvotes") ?? 0,
            Comments = Count(entry, "numComments") ?? 0,
            Stars = Count(paper, "githubStars"),
            HasCounts = Count(paper, "upvotes") is not null,
            CodeUrl = WebUrl(paper, "githubRepo"),
            ProjectUrl = WebUrl(paper, "projectPage"),
            ThumbnailUrl = WebUrl(entry, "thumbnail") ?? WebUrl(entry, "mediaUrl"),
            Submitter = DisplayName(paper, "submittedOnDailyBy") ?? DisplayName(entry, "submittedBy"),
            ListedOn = listedOn,
            PublishedAt = Instant(paper, "publishedAt"),
        };

    /// <summary>The full name, else the name of the account.</summary>
    private static string? DisplayName(JsonElement parent, string name) =>
        Child(parent, name) is { } account ? Text(account, "fullname") ?? Text(account, "name")
            ?? Text(account, "user") : null;
}
