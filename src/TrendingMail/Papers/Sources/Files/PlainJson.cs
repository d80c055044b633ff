using System.Globalization;
using System.Text.Json;
using TrendingMail.Papers.Identifiers;
using static TrendingMail.Papers.Sources.Files.JsonFields;

namespace TrendingMail.Papers.Sources.Files;

/// <summary>Parses the plain format, one flat JSON object per paper, as documented in docs/papers.md.</summary>
internal static class PlainJson
{
    /// <summary>The parsed entry, or the reason why it is invalid.</summary>
    /// <param name="day">The listing day if the entry does not state one.</param>
    public static (ListedPaper? Paper, string? Problem) ReadEntry(JsonElement entry, DateOnly? day)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return (null, $"expected an object, found {DescribeKind(entry)}");
        }

        var named = Text(entry, "arxiv_id") ?? Text(entry, "id");
        var doi = Doi.Parse(Text(entry, "doi"));
        var arxiv = ArxivId.Find(named) ?? ArxivId.Find(doi);
        var name = named ?? doi;
        if (Text(entry, "title") is not { } title)
        {
            return (null, $"{name ?? "a paper without arxiv_id or doi"} has no title");
        }

        if ((Text(entry, "abstract") ?? Text(entry, "summary")) is not { } summary)
        {
            return (null, $"{name ?? title} has no abstract");
        }

        if (Text(entry, "arxiv_id") is { } given && arxiv is null)
        {
            return (null, $"{title} has the invalid arxiv_id '{given}'; use a form such as 2608.19880 or math/0309136");
        }

        if (Text(entry, "listed_on") is { } text && Day(text) is null)
        {
            return (null, $"{name ?? title} has the invalid listed_on '{text}'; use a date such as 2026-11-23");
        }

        if ((Day(Text(entry, "listed_on")) ?? day) is not { } listedOn)
        {
            return (null, $"{name ?? title} does not state its listing day; add listed_on or specify it with --date");
        }

        return (CreatePaper(entry, arxiv, doi, title, summary, listedOn), null);
    }

    private static ListedPaper CreatePaper(
        JsonElement entry, (string Id, int? Version)? arxiv, string? doi, string title, string summary,
        DateOnly listedOn) => new()
        {
            ArxivId = arxiv?.Id,
            Version = arxiv?.Version,
            Doi = doi,
            Title = title,
            Abstract = summary,
            AiSummary = Text(entry, "ai_summary"),
            Authors = Strings(entry, "authors") is { Count: > 0 } authors ? authors : Names(entry, "authors"),
            Keywords = Strings(entry, "keywords"),
            Categories = Strings(entry, "categories"),
            Organization = Text(entry, "organization"),
            Upvotes = Count(entry, "upvotes") ?? 0,
            Comments = Count(entry, "comments") ?? 0,
            Stars = Count(entry, "stars"),
            HasCounts = (Count(entry, "upvotes") ?? Count(entry, "comments") ?? Count(entry, "stars")) is not null,
            CodeUrl = WebUrl(entry, "code_url"),
            ProjectUrl = WebUrl(entry, "project_url"),
            ThumbnailUrl = WebUrl(entry, "thumbnail_url"),
            Submitter = Text(entry, "submitter"),
            ListedOn = listedOn,
            PublishedAt = Instant(entry, "published_at"),
            AsOf = Instant(entry, "updated_at"),
        };

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : null;
}
