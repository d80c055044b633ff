using System.Text.Json;
using static TrendingMail.Papers.Files.JsonFields;

namespace TrendingMail.Papers;

/// <summary>
/// Reads the answers of Hugging Face's <c>GET /api/daily_papers</c>, in all shapes it has had since 2024: an array of
/// entries, each with a <c>paper</c> object; also wrapped in an object under <c>data</c>. An entry that cannot be read
/// is set aside with its reason, and the rest is kept.
/// </summary>
public static class HuggingFaceJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <param name="json">UTF-8 text.</param>
    /// <param name="day">The day of the listing, for entries that do not tell; null where it is not known.</param>
    /// <exception cref="TrendingMailException">The text is not JSON, or not a list of entries.</exception>
    public static async Task<SourceReading> ReadAsync(Stream json, DateOnly? day, CancellationToken cancellationToken)
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(json, Options, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new TrendingMailException(
                $"it is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", e);
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
            : throw new TrendingMailException("it holds no list of papers (a JSON array was expected)");
    }

    private static SourceReading Read(JsonElement entries, DateOnly? day)
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

        return new SourceReading(papers, problems);
    }

    /// <summary>One entry, or why it cannot be read.</summary>
    internal static (ListedPaper? Paper, string? Problem) ReadEntry(JsonElement entry, DateOnly? day)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return (null, $"is {Kind(entry)} where an object was expected");
        }

        if (!entry.TryGetProperty("paper", out var paper) || paper.ValueKind != JsonValueKind.Object)
        {
            return (null, "has no 'paper' object");
        }

        var id = Text(paper, "id");

        // The inner title is arXiv's own and keeps its line breaks and LaTeX; the outer one was cleaned by someone else.
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

        // The outer publishedAt is hours off and says nothing about the listing; see the API's other dates.
        var listedOn = Instant(paper, "submittedOnDailyAt") is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : day;
        if (listedOn is null)
        {
            return (null, $"{id ?? title} does not say on which day it was listed; give the day with --date");
        }

        return (new ListedPaper
        {
            ArxivId = ArxivId.Parse(id),
            Version = ArxivId.Find(id)?.Version,
            Title = title,
            Abstract = summary,
            AiSummary = Text(paper, "ai_summary"),
            Authors = Names(paper, "authors"),
            Keywords = Strings(paper, "ai_keywords"),
            Organization = ShownName(entry, "organization") ?? ShownName(paper, "organization"),
            Upvotes = Count(paper, "upvotes") ?? 0,
            Comments = Count(entry, "numComments") ?? 0,
            Stars = Count(paper, "githubStars"),
            HasCounts = Count(paper, "upvotes") is not null,
            CodeUrl = WebUrl(paper, "githubRepo"),
            ProjectUrl = WebUrl(paper, "projectPage"),
            ThumbnailUrl = WebUrl(entry, "thumbnail") ?? WebUrl(entry, "mediaUrl"),
            Submitter = ShownName(paper, "submittedOnDailyBy") ?? ShownName(entry, "submittedBy"),
            ListedOn = listedOn.Value,
            PublishedAt = Instant(paper, "publishedAt"),
        }, null);
    }

    /// <summary>The name that is shown, else the one of the account.</summary>
    private static string? ShownName(JsonElement parent, string name) =>
        Child(parent, name) is { } someone ? Text(someone, "fullname") ?? Text(someone, "name") ?? Text(someone, "user") : null;
}
