using TrendingMail.Messages;
using TrendingMail.Templates;

namespace TrendingMail.Tests.Messages;

public sealed class MailRendererTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void SubjectTextAndHtmlTemplatesSeeTheSite()
    {
        var content = Render("{{ site.name }}", "{{ site.name }} {{ site.url }}", "<b>{{ site.name }}</b>");

        Assert.Equal(new MailContent("A & B", "<b>A &amp; B</b>", "A & B https://papers.example.org"), content);
    }

    [Fact]
    public void HtmlEncodesSubjectAndPreheader() =>
        Assert.Equal(
            "A &lt;b&gt;|pre &amp; head", Render("A <b>", "t", "{{ mail.subject }}|{{ mail.preheader }}").Html);

    [Theory]
    [InlineData("One\r\nBcc: other@example.org\r\n", "One Bcc: other@example.org")]
    [InlineData("  Two\t\n words \u0007 \u2028 here  ", "Two words here")]
    public void SubjectIsReducedToOneLine(string subject, string line) =>
        Assert.Equal(line, Render("{{ given }}", "t", "h", subject).Subject);

    [Fact]
    public void LongSubjectIsShortened()
    {
        var subject = Render(string.Concat(Enumerable.Repeat("word ", 100)), "t", "h").Subject;

        Assert.InRange(subject.Length, 100, 200);
        Assert.EndsWith("…", subject, StringComparison.Ordinal);
    }

    [Fact]
    public void TextOnlyMessageHasNoHtml() =>
        Assert.Null(Renderer("s", "t", "{{ broken").Render("note", TemplateModel.Create(), "", withHtml: false).Html);

    private MailContent Render(string subject, string text, string html, string given = "") =>
        Renderer(subject, text, html)
            .Render("note", TemplateModel.Create(("given", given)), "pre & head", withHtml: true);

    private MailRenderer Renderer(string subject, string text, string html)
    {
        folder.Write("mail/note.subject", subject);
        folder.Write("mail/note.txt", text);
        folder.Write("mail/note.html", html);
        return new MailRenderer(
            new TemplateLibrary(folder.Path),
            new SiteOptions { Name = "A & B", PublicUrl = new Uri("https://papers.example.org/") });
    }
}
