using System.Globalization;
using System.Text.Json;

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

    private static (ListedPaper? Paper, string? Problem) ReadEntry(JsonElement entry, DateOnly? day)
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
            Title = title,
            Abstract = summary,
            AiSummary = Text(paper, "ai_summary"),
            Authors = Authors(paper),
            Keywords = Strings(paper, "ai_keywords"),
            Organization = Organization(entry) ?? Organization(paper),
            Upvotes = Count(paper, "upvotes") ?? 0,
            Comments = Count(entry, "numComments") ?? 0,
            Stars = Count(paper, "githubStars"),
            CodeUrl = WebUrl(paper, "githubRepo"),
            ProjectUrl = WebUrl(paper, "projectPage"),
            ListedOn = listedOn.Value,
            PublishedAt = Instant(paper, "publishedAt"),
        }, null);
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String &&
        value.GetString() is { } text && !string.IsNullOrWhiteSpace(text)
            ? text.Trim()
            : null;

    private static int? Count(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number &&
        value.TryGetInt32(out var count) && count >= 0
            ? count
            : null;

    private static DateTimeOffset? Instant(JsonElement parent, string name) =>
        DateTimeOffset.TryParse(Text(parent, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var instant)
            ? instant
            : null;

    private static string? WebUrl(JsonElement parent, string name) =>
        Uri.TryCreate(Text(parent, name), UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? url.AbsoluteUri
            : null;

    private static IReadOnlyList<string> Authors(JsonElement paper) =>
        paper.TryGetProperty("authors", out var authors) && authors.ValueKind == JsonValueKind.Array
            ? [.. authors.EnumerateArray()
                .Select(author => author.ValueKind == JsonValueKind.Object ? Text(author, "name") : null)
                .OfType<string>()]
            : [];

    private static IReadOnlyList<string> Strings(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()
                .Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => item.GetString()!.Trim())
                .Where(item => item.Length > 0)]
            : [];

    private static string? Organization(JsonElement parent) =>
        parent.TryGetProperty("organization", out var organization) && organization.ValueKind == JsonValueKind.Object
            ? Text(organization, "fullname") ?? Text(organization, "name")
            : null;
}
