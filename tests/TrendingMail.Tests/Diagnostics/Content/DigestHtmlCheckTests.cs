using TrendingMail.Diagnostics;
using TrendingMail.Diagnostics.Content;

namespace TrendingMail.Tests.Diagnostics.Content;

public sealed class DigestHtmlCheckTests
{
    [Fact]
    public void MarkupThatMailClientsShowIsGood() => Assert.Equal(Verdict.Good, Assert.Single(Judge("")).Verdict);

    [Theory]
    [InlineData("<script>track()</script>", "elements", Verdict.Bad)]
    [InlineData("<form action=\"https://example.org\"></form>", "elements", Verdict.Bad)]
    [InlineData("<p onclick=\"x()\">Text</p>", "elements", Verdict.Bad)]
    [InlineData("<img src=\"https://example.org/a.png\" alt=\"\">", "img", Verdict.Warn)]
    [InlineData("<img src=\"https://example.org/a.png\" width=\"9\" height=\"9\">", "img", Verdict.Warn)]
    [InlineData("<a href=\"https://example.org/\"> </a>", "a", Verdict.Warn)]
    [InlineData("<a href=\"javascript:alert(1)\">Read</a>", "a", Verdict.Warn)]
    [InlineData("<table width=\"900\"><tr><td>Wide</td></tr></table>", "width", Verdict.Warn)]
    [InlineData("<p>Unclosed <b>bold</p>", "markup", Verdict.Warn)]
    public void EachFaultIsNamed(string content, string subject, Verdict verdict)
    {
        var finding = Assert.Single(Judge(content), finding => finding.Subject == subject);

        Assert.Equal(verdict, finding.Verdict);
        Assert.NotNull(finding.Remedy);
    }

    [Fact]
    public void AMissingLanguageIsNamed()
    {
        var findings = DigestHtmlCheck.Judge("<!DOCTYPE html><html><head><title>T</title></head><body></body></html>");

        Assert.Equal("lang", Assert.Single(findings).Subject);
    }

    private static IReadOnlyList<Finding> Judge(string content) => DigestHtmlCheck.Judge(
        $"<!DOCTYPE html><html lang=\"en\"><head><title>T</title></head><body>{content}</body></html>");
}
