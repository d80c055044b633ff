using TrendingMail.Templates;

namespace TrendingMail.Tests.Templates;

public sealed class TemplateLibraryTests : IDisposable
{
    private const string Hostile = "<script>alert(\"1\")</script> & 'x'";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{{ value }}")]
    [InlineData("{{ model.value }}")]
    [InlineData("{{ for item in list }}{{ item }}{{ end }}")]
    [InlineData("{{ value | string.strip }}")]
    [InlineData("{{ '' + value }}")]
    [InlineData("{{ x = value; x }}")]
    [InlineData("{{ value ?? 'none' }}")]
    [InlineData("{{ true ? value : '' }}")]
    [InlineData("{{ func f; ret value; end; f }}")]
    [InlineData("{{ include 'part.html' }}")]
    public void HtmlTemplatesEncodeEveryValue(string template)
    {
        folder.Write("part.html", "{{ value }}");

        Assert.Equal(
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;x&#x27;", Render("page.html", template));
    }

    [Fact]
    public void IncludeIsEncodedOnceAndKeepsItsHtml()
    {
        folder.Write("inner.html", "<b>{{ value }}</b>");
        folder.Write("part.html", "<i>{{ include 'inner.html' }}</i>");

        var html = Render("page.html", "<p>{{ include 'part.html' }}</p>");

        Assert.Equal(
            "<p><i><b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;x&#x27;</b></i></p>", html);
    }

    [Fact]
    public void LettersOfAllScriptsAreNotEncoded() =>
        Assert.Equal("é 用户 αβ —", Render("page.html", "{{ text }}", ("text", "é 用户 αβ —")));

    [Fact]
    public void RawHtmlIsNotEncoded() =>
        Assert.Equal("<b>x</b>", Render("page.html", "{{ raw }}", ("raw", new RawHtml("<b>x</b>"))));

    [Fact]
    public void TextTemplatesDoNotEncodeValues() => Assert.Equal(Hostile, Render("mail.txt", "{{ value }}"));

    [Fact]
    public void NumbersDoNotDependOnTheCurrentCulture()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
        try
        {
            Assert.Equal("1234.5 1,234", Render("mail.txt", "{{ n }} {{ 1234 | math.format 'N0' }}", ("n", 1234.5)));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("part/../../secret.txt")]
    [InlineData("/etc/hostname")]
    [InlineData("..")]
    public void IncludeOutsideTheFolderFails(string name)
    {
        folder.Write("secret.txt", "secret");

        var error = Assert.Throws<TrendingMailException>(() => Render("page.html", $"{{{{ include '{name}' }}}}"));

        Assert.Contains("outside the templates folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderWithTheSamePrefixIsOutside()
    {
        folder.Write("templates-old/part.html", "old");

        Assert.Throws<TrendingMailException>(() => Render("page.html", "{{ include '../templates-old/part.html' }}"));
    }

    [Fact]
    public void MissingIncludeIsReportedWithThePositionOfTheInclude()
    {
        var error = Assert.Throws<TrendingMailException>(() => Render("page.html", "a\n  {{ include 'absent.html' }}"));

        Assert.Contains("page.html, line 2, column ", error.Message, StringComparison.Ordinal);
        Assert.Contains("absent.html", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\ntwo {{ if x }}", "line 2, column ")]
    [InlineData("{{ for x in }}{{ end }}", "line 1, column ")]
    public void CheckReportsFileLineAndColumnOfAnError(string template, string place)
    {
        folder.Write("templates/mail/broken.html", template);

        var error = Assert.Throws<TrendingMailException>(() => new TemplateLibrary(folder.File("templates")).Check());

        Assert.StartsWith($"Template mail/broken.html, {place}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ nosuchname }}")]
    [InlineData("{{ model.nosuchname }}")]
    [InlineData("{{ nothing.name }}")]
    [InlineData("{{ nosuchfunction 1 }}")]
    public void UnknownNameIsAnError(string template)
    {
        var error = Assert.Throws<TrendingMailException>(
            () => Render("page.html", "x\n" + template, ("nothing", null)));

        Assert.StartsWith("Template page.html, line 2, column ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorInAnIncludeNamesTheIncludedFile()
    {
        folder.Write("part.html", "\n\n{{ nosuchname }}");

        var error = Assert.Throws<TrendingMailException>(() => Render("page.html", "{{ include 'part.html' }}"));

        Assert.StartsWith("Template part.html, line 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ while true }}{{ end }}")]
    [InlineData("{{ for i in 1..1000000 }}{{ end }}")]
    [InlineData("{{ for i in 1..1000 }}{{ for j in 1..1000 }}{{ end }}{{ end }}")]
    [InlineData("{{ include 'page.html' }}")]
    [InlineData("{{ func f; f; end; f }}")]
    public void RunawayTemplateIsStopped(string template) =>
        Assert.Throws<TrendingMailException>(() => Render("page.html", template));

    [Theory]
    [InlineData("{{ for i in 1..99000 }}{{ '0123456789012345678901234567890123456789012345678901234567890123456789' " +
        "}}{{ end }}")]
    [InlineData("{{ x = '0123456789'; for i in 1..40; x = x + x; end; x.size }}")]
    public void EndlessOutputFailsInsteadOfBeingTruncated(string template) =>
        Assert.Throws<TrendingMailException>(() => Render("mail.txt", template));

    [Fact]
    public void TemplatesCannotAccessClrMembers() => Assert.Throws<TrendingMailException>(
        () => Render("mail.txt", "{{ model.get_type }}"));

    [Fact]
    public void MissingFolderIsNamed()
    {
        var error = Assert.Throws<TrendingMailException>(() => new TemplateLibrary(folder.File("absent")));

        Assert.Contains(folder.File("absent"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StaticFilesAreReadFromInsideTheFolderOnly()
    {
        folder.Write("templates/web/site.css", "body{}");
        var templates = new TemplateLibrary(folder.File("templates"));

        Assert.Equal("body{}"u8.ToArray(), templates.ReadFile("web/site.css"));
        Assert.Null(templates.ReadFile("web/absent.css"));
        Assert.Throws<TrendingMailException>(() => templates.ReadFile("../secret.txt"));
    }

    [Fact]
    public void ShippedTemplatesAreValid() => new TemplateLibrary(Repository.Templates).Check();

    private string Render(string name, string template, params (string, object?)[] values)
    {
        folder.Write($"templates/{name}", template);
        foreach (var part in Directory.EnumerateFiles(folder.Path, "*.html"))
        {
            File.Copy(part, Path.Combine(folder.File("templates"), Path.GetFileName(part)));
        }

        var model = TemplateModel.Create(
            [("value", Hostile), ("model", TemplateModel.Create(("value", Hostile))),
                ("list", TemplateModel.List([Hostile])), .. values]);
        return new TemplateLibrary(folder.File("templates")).Render(name, model);
    }
}
