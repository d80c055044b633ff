using TrendingMail.Papers;
using TrendingMail.Templates.Text;

namespace TrendingMail.Editions;

/// <summary>A paper as displayed: text without LaTeX, and counts as of the time it was frozen.</summary>
public sealed record FrozenPaper
{
    /// <summary>Maximum length of a summary in characters: about four lines in a mail.</summary>
    private const int SummaryLength = 260;

    public string? ArxivId { get; init; }

    public required string Title { get; init; }

    public required string Abstract { get; init; }

    /// <summary>The source's summary if there is one, else the first sentences of the abstract.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether a language model wrote the summary.</summary>
    public required bool SummaryByAi { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    /// <summary>arXiv categories, primary category first; empty in editions frozen before they were stored.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    public string? Organization { get; init; }

    public required int Upvotes { get; init; }

    public required int Comments { get; init; }

    public int? Stars { get; init; }

    public string? CodeUrl { get; init; }

    public string? ProjectUrl { get; init; }

    public static FrozenPaper From(Paper paper)
    {
        return new FrozenPaper
        {
            ArxivId = paper.ArxivId,
            Title = paper.Title,
            Abstract = paper.Abstract,
            Summary = Excerpt.AtSentence(paper.AiSummary ?? paper.Abstract, SummaryLength),
            SummaryByAi = paper.AiSummary is not null,
            Authors = paper.Authors,
            Keywords = paper.Keywords,
            Categories = paper.Categories,
            Organization = paper.Organization,
            Upvotes = paper.Upvotes,
            Comments = paper.Comments,
            Stars = paper.Stars,
            CodeUrl = paper.CodeUrl,
            ProjectUrl = paper.ProjectUrl,
        };
    }
}
