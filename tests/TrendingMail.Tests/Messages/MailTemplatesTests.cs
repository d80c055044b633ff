using System.Globalization;
using System.Text.RegularExpressions;
using Scriban.Runtime;
using TrendingMail.Messages;
using TrendingMail.Templates;
using TrendingMail.Tests.Golden;

namespace TrendingMail.Tests.Messages;

/// <summary>The templates of all notices in all languages, with the models of the flows that send them.</summary>
public sealed class MailTemplatesTests
{
    private static readonly TemplateLibrary Shipped = new(Repository.Templates);

    private static readonly SiteOptions Site = new()
    {
        Name = "Papers Daily",
        PublicUrl = new Uri("https://papers.example.org"),
        PostalAddress = "Papers Daily, 1 Harbour Lane, Exampleton",
        Contact = "help@papers.example.org",
    };

    private static readonly string[] Notices =
    [
        "account_link", "alert", "confirmation", "goodbye", "address_change_confirmation", "address_change_notice",
        "welcome",
    ];

    public static TheoryData<string, string> Mails =>
        [.. Notices.SelectMany(name => Shipped.Languages.Select(language => (name, language.Tag)))];

    [Theory]
    [MemberData(nameof(Mails))]
    public void EveryNoticeIsAvailableInEveryLanguage(string name, string language)
    {
        var content = Render(name, language);

        Assert.Contains($"<html lang=\"{language}\" dir=\"ltr\"", content.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", content.Html + content.Text + content.Subject, StringComparison.Ordinal);
        Assert.InRange(content.Subject.Length, 10, 90);
        if (language != "en")
        {
            Assert.NotEqual(name == "alert" ? "" : Render(name, "en").Text, content.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Mails))]
    public void TextPartFitsSeventyEightColumns(string name, string language) => Assert.DoesNotContain(
        Render(name, language).Text.Split('\n'),
        line => line.Length > 78 && line.Contains(' ', StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Mails))]
    public void LayoutTablesArePresentationalAndImagesHaveAltText(string name, string language)
    {
        var html = Render(name, language).Html!;

        Assert.Equal(Regex.Count(html, "<table"), Regex.Count(html, "<table role=\"presentation\""));
        Assert.Equal(Regex.Count(html, "<img"), Regex.Count(html, "<img[^>]* alt=\""));
        Assert.Equal(1, Regex.Count(html, "<h1"));
    }

    [Fact]
    public void RightToLeftLanguageIsAlignedRight()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.Templates, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.GetRelativePath(Repository.Templates, file), File.ReadAllText(file));
        }

        folder.Write("languages/he.json", """{"name": "עברית", "culture": "he-IL", "messages": {}}""");

        var html = new MailRenderer(new TemplateLibrary(folder.Path), Site).Render("welcome", CreateModel(), null,
            withHtml: true, "he").Html!;

        Assert.Contains("<html lang=\"he\" dir=\"rtl\"", html, StringComparison.Ordinal);
        Assert.Matches("<td class=\"pad text\"[^>]* align=\"right\">", html);
        Assert.Matches("<td class=\"pad text\"[^>]* align=\"left\">", Render("welcome", "en").Html);
    }

    [Fact]
    public void BodyTextIsSixteenPixelsAndNoTextIsBelowTwelve()
    {
        var html = Render("confirmation", "en").Html!;
        var sizes = Regex.Matches(html, @"font(?:-size)?:(?:\d+ )?(?<size>\d+)px")
            .Select(m => int.Parse(m.Groups["size"].Value, CultureInfo.InvariantCulture));

        Assert.All(sizes, size => Assert.InRange(size, 12, 40));
        Assert.Matches("<p class=\"text\" style=\"[^\"]*font-size:16px[^\"]*\">Someone, probably you", html);
    }

    [Theory]
    [InlineData("goodbye", "de")]
    [InlineData("account_link", "de")]
    [InlineData("account_link", "en")]
    [InlineData("address_change_confirmation", "en")]
    [InlineData("address_change_notice", "en")]
    [InlineData("alert", "en")]
    public void NoticeMatchesItsGoldenFile(string name, string language)
    {
        var content = Render(name, language);
        var file = language == "en" ? name : $"{name}-{language}";

        GoldenFile.Verify($"{file}.txt", content.Text);
        GoldenFile.Verify($"{file}.html", content.Html!);
    }

    private static MailContent Render(string name, string language) => new MailRenderer(Shipped, Site)
        .Render(name, CreateModel(language), name == "alert" ? "What happened." : null, withHtml: true, language);

    /// <summary>The members that any notice needs.</summary>
    private static ScriptObject CreateModel(string language = "en") => TemplateModel.Create(
        ("subscriber", TemplateModel.Create(
            ("address", "ada@example.net"), ("schedule", "daily at 07:00 (Europe/Berlin)"))),
        ("links", TemplateModel.Create(
            ("confirm", "https://papers.example.org/confirm/AAAA"),
            ("not_me", "https://papers.example.org/not-me/FFFF"),
            ("undo_unsubscribe", "https://papers.example.org/return/BBBB"),
            ("revert", "https://papers.example.org/move-back/EEEE"),
            ("preferences", "https://papers.example.org/preferences/CCCC"),
            ("unsubscribe", "https://papers.example.org/unsubscribe/DDDD"),
            ("archive", "https://papers.example.org"))),
        ("request", TemplateModel.Create(("at", "23 November 2026, 08:00 UTC"), ("network", "203.0.113.0/24"))),
        ("unsubscribed", TemplateModel.Create(("at", "23 November 2026, 08:00 UTC"), ("network", null), ("by", "web"))),
        ("address_change", TemplateModel.Create(("old", "ada@example.net"), ("new", "a***@example.com"))),
        ("account_link", TemplateModel.Create(
            ("action", "erase"), ("url", "https://papers.example.org/erase/GGGG"))),
        ("next", TemplateModel.Create(
            ("when", "tomorrow, Tuesday, 24 November, at 07:00 (UTC)"), ("awaits_edition", false),
            ("latest_edition_follows", true))),
        ("alert", TemplateModel.Create(
            ("subject", "No edition of 2026-11-23"), ("text", "The edition is overdue & no source answered."))),
        ("block_days", 30),
        ("lifetime", language == "de" ? "30 Tage" : "48 hours"));
}
