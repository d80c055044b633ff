using TrendingMail.Editions;
using TrendingMail.Templates;

namespace TrendingMail.Tests.Editions;

public sealed class PaperModelTests
{
    private static readonly SiteOptions Site = new() { PublicUrl = new Uri("https://papers.example.org/") };

    private static readonly FrozenPaper Paper = new()
    {
        ArxivId = "2611.00001",
        Title = "t",
        Abstract = "a",
        Summary = "s",
        SummaryByAi = false,
        Authors = [],
        Keywords = [],
        Upvotes = 1,
        Comments = 0,
    };

    [Fact]
    public void AnArxivPaperHasItsPageAndItsLinks()
    {
        var model = PaperModel.Create(Paper, 1, Site);

        Assert.Equal("https://papers.example.org/papers/2611.00001", model["page_url"]);
        Assert.Equal("https://arxiv.org/abs/2611.00001", model["abs_url"]);
        Assert.Equal("https://arxiv.org/pdf/2611.00001", model["pdf_url"]);
    }

    [Fact]
    public void OtherPapersLinkToTheirProjectOrTheFrontPage()
    {
        var other = Paper with { ArxivId = null, ProjectUrl = "https://example.org/project" };

        Assert.Equal("https://example.org/project", PaperModel.Create(other, 1, Site)["page_url"]);
        Assert.Null(PaperModel.Create(other, 1, Site)["abs_url"]);
        Assert.Equal(
            "https://papers.example.org", PaperModel.Create(other with { ProjectUrl = null }, 1, Site)["page_url"]);
    }

    [Fact]
    public void UnsafeUrlsAreNotLinked()
    {
        var model = PaperModel.Create(
            Paper with { CodeUrl = "javascript:alert(1)", ProjectUrl = "data:text/html,x" }, 1, Site);

        Assert.Null(model["code_url"]);
        Assert.Null(model["project_url"]);
    }
}
