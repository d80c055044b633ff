using TrendingMail.Diagnostics.Dns;

namespace TrendingMail.Tests.Diagnostics.Dns;

public sealed class TagListTests
{
    [Fact]
    public void TagsAreSeparatedBySemicolonsAndSpaces()
    {
        var tags = TagList.Parse("v=DMARC1 ;p = none;  rua=mailto:a@example.org,mailto:b@example.org ; ");

        Assert.Empty(tags.Errors);
        Assert.Equal(("DMARC1", "none", "mailto:a@example.org,mailto:b@example.org", null),
            (tags["v"], tags["P"], tags["rua"], tags["sp"]));
    }

    [Theory]
    [InlineData("v=DMARC1; p none", 11)]
    [InlineData("v=DMARC1; p=none; p=reject", 19)]
    [InlineData("v=DMARC1; =none", 11)]
    [InlineData(@"v=DMARC1\; p=none", 1)]
    [InlineData("v=DMARC1; p=\"none\"", 11)]
    public void ASyntaxErrorIsFoundWhereItIs(string text, int position) =>
        Assert.StartsWith($"position {position}: ", TagList.Parse(text).Errors[0], StringComparison.Ordinal);

    [Fact]
    public void ATagCanBeReplacedAddedAndRemoved()
    {
        var tags = TagList.Parse("v=DMARC1; p=none; t=y");

        Assert.Equal("v=DMARC1; p=reject; t=y", tags.With("p", "reject"));
        Assert.Equal("v=DMARC1; p=none; t=y; sp=none", tags.With("sp", "none"));
        Assert.Equal("v=DMARC1; p=none", tags.Without("t"));
    }
}
