using TrendingMail.Templates.Themes;

namespace TrendingMail.Tests.Templates.Themes;

public sealed class InlinedTemplateTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["ink"] = "#111111" };

    [Theory]
    [InlineData("<p>x</p>", "p{margin:0}", "<p style=\"margin:0\">x</p>")]
    [InlineData("<p class=\"a b\">x", ".a{color:red}.b{margin:0}", "<p style=\"color:red;margin:0\">x")]
    [InlineData("<p class=\"a\">x", "p.a{margin:2px}.a{margin:1px}p{margin:0}", "<p style=\"margin:2px\">x")]
    [InlineData("<p class=\"a\">x", ".a{margin:0;color:red}.a{margin:1px}", "<p style=\"color:red;margin:1px\">x")]
    [InlineData("<p style=\"margin:3px\" class=\"a\" id=\"i\">x", ".a{margin:0}", "<p style=\"margin:3px\" id=\"i\">x")]
    [InlineData("<p class=\"a\">x", ".a{color:var(--ink)}", "<p style=\"color:#111111\">x")]
    [InlineData("<p class=\"a\">x", ".a{font-family:\"Segoe UI\"}", "<p style=\"font-family:'Segoe UI'\">x")]
    [InlineData("<p class=\"gone\">x", ".a{margin:0}", "<p>x")]
    [InlineData("<p>x", ".a{margin:0}", "<p>x")]
    [InlineData("<img class=\"a\" alt=\"\">", "img,.b{border:0}", "<img style=\"border:0\" alt=\"\">")]
    [InlineData("<!--[if mso]><td><![endif]--><td>", "td{margin:0}",
        "<!--[if mso]><td><![endif]--><td style=\"margin:0\">")]
    [InlineData("{{ if a < b }}<p>{{ end }}", "p{margin:0}", "{{ if a < b }}<p style=\"margin:0\">{{ end }}")]
    [InlineData("<a href=\"{{ x > \"y\" ? 1 : 2 }}\" class=\"a\">", ".a{margin:0}",
        "<a href=\"{{ x > \"y\" ? 1 : 2 }}\" style=\"margin:0\">")]
    [InlineData("<p class=\"{{ x }}\">", "p{margin:0}", "<p class=\"{{ x }}\">")]
    public void RulesAreInlined(string html, string css, string expected) =>
        Assert.Equal(expected, InlinedTemplate.Inline(html, Sheet(css)).Text);

    [Fact]
    public void RulesThatCannotBeInlinedStayInTheHeadWithTheirClasses()
    {
        var sheet = Sheet("""
            .a { color: red }
            /* a comment { */
            a:hover, .a { margin: 0 }
            .a b { top: 0 }
            @media (max-width: 9px) {
              .a { color: blue !important }
            }
            """);

        Assert.Equal(
            "<style>\na:hover{margin:0}\n.a b{top:0}\n</style>\n<style>\n@media (max-width:9px){.a{color:blue " +
            "!important}}\n</style>\n",
            sheet.Head);
        Assert.Equal(
            "<p class=\"a\" style=\"color:red;margin:0\">", InlinedTemplate.Inline("<p class=\"a b\">", sheet).Text);
    }

    [Theory]
    [InlineData(".a{color:red", "line 1, column 3: this '{' is not closed")]
    [InlineData(".a{}\n\n  .b", "line 3, column 3: expected '{' after a selector")]
    [InlineData(".a{}\n.b{color:var(--nix)}", "line 2, column 10: the theme has no 'nix'")]
    public void AnInvalidStyleSheetIsRejectedWithItsPosition(string css, string fault) =>
        Assert.Equal(
            $"Template mail/style.css, {fault}", Assert.Throws<TrendingMailException>(() => Sheet(css)).Message);

    [Fact]
    public void OffsetsMapBackToTheOriginalSource()
    {
        const string Source =
            "<p class=\"a\">{{ one }}</p>\n<td id=\"{{ two }}\" class=\"b\" title=\"{{ three }}\">{{ four }}";
        var styled = InlinedTemplate.Inline(Source, Sheet(".a{margin:0;padding:0;color:red}td{color:var(--ink)}"));

        foreach (var name in new[] { "one", "two", "three", "four" })
        {
            Assert.Equal(
                Source.IndexOf(name, StringComparison.Ordinal),
                styled.OriginalOffset(styled.Text.IndexOf(name, StringComparison.Ordinal)));
        }
    }

    private static StyleSheet Sheet(string css) => StyleSheet.Parse("mail/style.css", css, Variables);
}
