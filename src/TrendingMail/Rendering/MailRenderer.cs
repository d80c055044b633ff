using Scriban.Runtime;
using TrendingMail.Rendering.Languages;

namespace TrendingMail.Rendering;

/// <summary>The readable parts of a mail.</summary>
/// <param name="Html">Null where the reader wants text only.</param>
public sealed record MailContent(string Subject, string? Html, string Text);

/// <summary>Runs the three templates of a mail: subject, text and HTML.</summary>
public sealed class MailRenderer(Templates templates, SiteOptions site)
{
    private readonly ScriptObject siteModel = Model.Site(site);

    /// <summary>RFC 5322 section 2.1.1 limits lines, not subjects; longer ones are cut by every mail client.</summary>
    private const int MaximumSubject = 200;

    /// <summary>The language of a tag, for what stands in the model; English where there is none.</summary>
    public Language Language(string? tag) => templates.Language(tag);

    /// <param name="name">The templates' common name below <c>mail/</c>, such as <c>digest</c>.</param>
    /// <param name="model">What the templates see; <c>site</c> and <c>mail</c> are added.</param>
    /// <param name="preheader">What mail programs show after the subject; null for the message <c>NAME.preheader</c>.</param>
    /// <param name="language">The tag of the language that they speak; null for English.</param>
    /// <exception cref="TrendingMailException">A template is broken.</exception>
    public MailContent Render(string name, ScriptObject model, string? preheader, bool withHtml, string? language = null)
    {
        model.SetValue("site", siteModel, readOnly: true);
        var subject = OneLine(templates.Render($"mail/{name}.subject", model, language));
        model.SetValue("mail", Model.Of(
            ("subject", subject),
            ("preheader", preheader ?? templates.Language(language).Text($"{name}.preheader"))), readOnly: true);
        return new MailContent(
            subject,
            withHtml ? Lines($"mail/{name}.html", model, language) : null,
            Lines($"mail/{name}.txt", model, language));
    }

    /// <summary>Runs one template that makes a piece of a mail.</summary>
    /// <param name="name">The template's name below <c>mail/</c>, such as <c>paper.html</c>.</param>
    /// <exception cref="TrendingMailException">The template is broken.</exception>
    public string RenderPiece(string name, ScriptObject model, string? language)
    {
        model.SetValue("site", siteModel, readOnly: true);
        return Lines($"mail/{name}", model, language);
    }

    private string Lines(string name, ScriptObject model, string? language) =>
        templates.Render(name, model, language).ReplaceLineEndings("\n");

    private static string OneLine(string text)
    {
        var plain = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return Excerpt.AtSentence(
            string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), MaximumSubject);
    }
}
