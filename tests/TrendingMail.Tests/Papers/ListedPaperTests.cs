namespace TrendingMail.Tests.Papers;

public sealed class ListedPaperTests
{
    [Fact]
    public void TheArxivIdentifierIsTheIdentity() =>
        Assert.Equal("arxiv:2611.00001", TestPapers.Listed("2611.00001").Identity);

    [Fact]
    public void WithoutArxivIdentifierTitleAndFirstAuthorAreTheIdentity()
    {
        var paper = TestPapers.Listed("x") with { ArxivId = null, Title = "A Tale\n of Two", Authors = ["Ada  Quill"] };

        Assert.Equal("title:ataleoftwo|adaquill", paper.Identity);
        Assert.Equal(paper.Identity, (paper with { Title = "a tale of Two!", Authors = ["Ada Quill", "Bo"] }).Identity);
        Assert.NotEqual(paper.Identity, (paper with { Authors = [] }).Identity);
    }
}
