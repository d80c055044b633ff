using Scriban.Runtime;
using TrendingMail.Templates;
using TrendingMail.Templates.Text;

namespace TrendingMail.Editions;

/// <summary>The template model of a paper, for mails and pages.</summary>
public static class PaperModel
{
    /// <param name="rank">The rank to display; 0 for none.</param>
    public static ScriptObject Create(FrozenPaper paper, int rank, SiteOptions site)
    {
        var arxiv = paper.ArxivId;
        var (names, others) = AuthorLine.Abbreviate(paper.Authors);
        return TemplateModel.Create(
            ("rank", rank),
            ("title", paper.Title),
            ("authors", AuthorLine.Format(paper.Authors)),
            ("names", names),
            ("others", others),
            ("organization", paper.Organization),
            ("summary", paper.Summary),
            ("summary_by_ai", paper.SummaryByAi),
            ("abstract", paper.Abstract),
            ("keywords", TemplateModel.List(paper.Keywords)),
            ("upvotes", paper.Upvotes),
            ("comments", paper.Comments),
            ("stars", paper.Stars),
            ("arxiv_id", arxiv),
            ("page_url", PageUrl(paper, site)),
            ("abs_url", arxiv is null ? null : $"https://arxiv.org/abs/{arxiv}"),
            ("pdf_url", arxiv is null ? null : $"https://arxiv.org/pdf/{arxiv}"),
            ("code_url", TemplateModel.SafeUrl(paper.CodeUrl)),
            ("project_url", TemplateModel.SafeUrl(paper.ProjectUrl)));
    }

    /// <summary>The URL of the paper's page; without an arXiv identifier, its project page or the front page.</summary>
    public static string PageUrl(FrozenPaper paper, SiteOptions site) =>
        paper.ArxivId is { } id ? $"{site.BaseUrl}/papers/{id}" : TemplateModel.SafeUrl(paper.ProjectUrl)
            ?? site.BaseUrl;
}
