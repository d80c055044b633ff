using TrendingMail.Rendering;

namespace TrendingMail.Tests.Rendering;

public sealed class ModelTests
{
    [Theory]
    [InlineData("https://example.org/a?b=c#d")]
    [InlineData("http://example.org")]
    [InlineData("mailto:ada@example.org")]
    [InlineData("HTTPS://EXAMPLE.ORG/")]
    public void AnAddressOfTheWebOrOfAMailboxMayBeLinkedTo(string url) => Assert.Equal(url, Model.Link(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("javascript:alert(1)")]
    [InlineData(" javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,<script>")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/")]
    [InlineData("//example.org/")]
    [InlineData("/relative")]
    [InlineData("example.org")]
    public void NothingElseMay(string? url) => Assert.Null(Model.Link(url));

    [Fact]
    public void AnEmptyPostalAddressIsNull()
    {
        Assert.Null(Model.Site(new SiteOptions())["postal_address"]);
        Assert.Equal("1 Harbour Lane", Model.Site(new SiteOptions { PostalAddress = "1 Harbour Lane" })["postal_address"]);
    }
}
