using TrendingMail.Links;
using TrendingMail.Papers;
using TrendingMail.Tests.Papers;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Web.Public;

public abstract class SearchEndpointsTests(PostgreSqlFixture? postgres) : WebTests(postgres)
{
    [Fact]
    public async Task ThePageHighlightsMatches()
    {
        await SaveAsync(TestPapers.Listed("2611.00001") with { Title = "Notes of Agents" });

        var page = await PageAsync("/search?q=note");

        Assert.Contains("<h1>1 paper</h1>", page, StringComparison.Ordinal);
        Assert.Contains("""/papers/2611.00001"><mark>Notes</mark> of Agents</a>""", page, StringComparison.Ordinal);
        Assert.Contains("""<meta name="robots" content="noindex">""", page, StringComparison.Ordinal);
        Assert.Contains("""name="q" type="search" value="note" """.TrimEnd(), page, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostileTextIsEncoded()
    {
        await SaveAsync(TestPapers.Listed("2611.00001") with
        {
            Title = "<script>alert(1)</script> \" onload=x",
            Abstract = "Then <mark>a</mark> & <img src=x onerror=alert(2)> script.",
        });

        var page = await PageAsync("/search?q=" + Uri.EscapeDataString("script \"><img src=y> -nothing"));

        Assert.Contains("Nothing found", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        page = await PageAsync("/search?q=script");
        Assert.Contains("&lt;<mark>script</mark>&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ACategoryThatNoPaperCanHaveIsExplained()
    {
        await SaveAsync(TestPapers.Listed("2611.00001"));

        Assert.Contains("Recent papers have no arXiv categories here",
            await PageAsync("/search?q=category:cs.CL"), StringComparison.Ordinal);
        Assert.DoesNotContain("cs.CL", await PageAsync("/search"), StringComparison.Ordinal);
        Assert.DoesNotContain("categories here", await PageAsync("/search?q=nothing"), StringComparison.Ordinal);
        var preferences = Link(await AddSubscriberAsync("ada@example.org"), LinkPurpose.Preferences);
        Assert.Contains("there are none here yet", await PageAsync(preferences), StringComparison.Ordinal);

        await SaveAsync(TestPapers.Listed("2611.00002") with { Categories = ["cs.CL"] });
        Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Contains("Ada Quill or cs.CL", await PageAsync(preferences), StringComparison.Ordinal);
        Assert.Contains("in this arXiv category", await PageAsync("/search"), StringComparison.Ordinal);
        Assert.Contains("<h1>1 paper</h1>", await PageAsync("/search?q=category:cs.CL"), StringComparison.Ordinal);
        var other = await PageAsync("/search?q=category:cs.RO");
        Assert.DoesNotContain("categories here", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResultPagesLinkToThePreviousAndNextOnes()
    {
        await SaveAsync([.. Enumerable.Range(0, 45).Select(i => TestPapers.Listed($"2611.{i:00000}"))]);

        Assert.Contains(
            "href=\"/search?q=paper&amp;page=2\"", await PageAsync("/search?q=paper"), StringComparison.Ordinal);
        var second = await PageAsync("/search?q=paper&page=2");
        Assert.Contains("rel=\"prev\" href=\"/search?q=paper\"", second, StringComparison.Ordinal);
        Assert.Contains("<ol class=\"papers\" start=\"21\">", second, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", await PageAsync("/search?q=paper&page=3"), StringComparison.Ordinal);
        Assert.Contains("No more papers", await PageAsync("/search?q=paper&page=99999999"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/search")]
    [InlineData("/search?q=")]
    [InlineData("/search?q=%22%22&page=x")]
    [InlineData("/search?q=%00&page=-1")]
    public async Task AnEmptyQueryShowsTheSearchSyntax(string path) =>
        Assert.Contains("Search syntax", await PageAsync(path), StringComparison.Ordinal);

    [Fact]
    public async Task EveryPublicPageHasASearchBox()
    {
        var page = await PageAsync("/");

        Assert.Contains("role=\"search\" action=\"/search\"", page, StringComparison.Ordinal);
        Assert.Contains("<label class=\"visually-hidden\" for=\"q\">", page, StringComparison.Ordinal);
    }

    private Task<SaveResult> SaveAsync(params ListedPaper[] papers) =>
        Get<PaperStore>().SaveAsync("File", papers, Stop);
}

public sealed class SearchEndpointsOnSqlite() : SearchEndpointsTests(null);

public sealed class SearchEndpointsOnPostgreSql() : SearchEndpointsTests(new PostgreSqlFixture());
