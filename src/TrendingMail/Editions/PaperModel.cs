using Scriban.Runtime;
using TrendingMail.Rendering;

namespace TrendingMail.Editions;

/// <summary>What templates see of a paper, in mails and on pages.</summary>
public static class PaperModel
{
    /// <param name="rank">The paper's place where it is shown; 0 where it stands alone.</param>
    public static ScriptObject Of(FrozenPaper paper, int rank, SiteOptions site)
    {
        var arxiv = paper.ArxivId;
        return Model.Of(
            ("rank", rank),
            ("title", paper.Title),
            ("authors", AuthorLine.Of(paper.Authors)),
            ("organization", paper.Organization),
            ("summary", paper.Summary),
            ("summary_by_ai", paper.SummaryByAi),
            ("abstract", paper.Abstract),
            ("keywords", Model.List(paper.Keywords)),
            ("upvotes", paper.Upvotes),
            ("comments", paper.Comments),
            ("stars", paper.Stars),
            ("arxiv_id", arxiv),
            ("page_url", PageUrl(paper, site)),
            ("abs_url", arxiv is null ? null : $"https://arxiv.org/abs/{arxiv}"),
            ("pdf_url", arxiv is null ? null : $"https://arxiv.org/pdf/{arxiv}"),
            ("code_url", Model.Link(paper.CodeUrl)),
            ("project_url", Model.Link(paper.ProjectUrl)));
    }

    /// <summary>Our own page about a paper; a paper without an arXiv identifier has none but its project's or the front page.</summary>
    public static string PageUrl(FrozenPaper paper, SiteOptions site) =>
        paper.ArxivId is { } id ? $"{site.BaseUrl}/papers/{id}" : Model.Link(paper.ProjectUrl) ?? site.BaseUrl;
}
