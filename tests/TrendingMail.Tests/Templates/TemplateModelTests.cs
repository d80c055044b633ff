using TrendingMail.Templates;

namespace TrendingMail.Tests.Templates;

public sealed class TemplateModelTests
{
    [Theory]
    [InlineData("https://example.org/a?b=c#d")]
    [InlineData("http://example.org")]
    [InlineData("mailto:ada@example.org")]
    [InlineData("HTTPS://EXAMPLE.ORG/")]
    public void HttpAndMailtoUrlsAreSafe(string url) => Assert.Equal(url, TemplateModel.SafeUrl(url));

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
    public void OtherUrlsAreNotSafe(string? url) => Assert.Null(TemplateModel.SafeUrl(url));

    [Fact]
    public void EmptyPostalAddressIsNull()
    {
        Assert.Null(TemplateModel.Site(new SiteOptions())["postal_address"]);
        Assert.Equal("1 Harbour Lane",
            TemplateModel.Site(new SiteOptions { PostalAddress = "1 Harbour Lane" })["postal_address"]);
    }
}
