using TrendingMail.Papers;

namespace TrendingMail.Tests.Papers;

/// <summary>Fictitious papers.</summary>
public static class TestPapers
{
    public static readonly DateOnly Day = new(2026, 11, 23);

    public static ListedPaper Listed(string arxivId, int upvotes = 10, DateOnly? day = null) => new()
    {
        ArxivId = arxivId,
        Title = $"Paper {arxivId}",
        Abstract = $"What {arxivId} is about.",
        Authors = ["Ada Quill", "Ben Ortiz"],
        Keywords = [],
        Upvotes = upvotes,
        ListedOn = day ?? Day,
    };

    /// <summary>One entry of a response of Hugging Face's API.</summary>
    public static string Json(string arxivId, int upvotes = 10) => $$"""
        {"paper": {"id": "{{arxivId}}", "title": "Paper {{arxivId}}", "summary": "About {{arxivId}}.",
          "authors": [{"name": "Ada Quill"}], "upvotes": {{upvotes}}}, "numComments": 1}
        """;
}
