using Scriban.Runtime;
using TrendingMail.Messages.Mime;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;
using TrendingMail.Templates.Text;

namespace TrendingMail.Messages;

/// <summary>The rendered subject and bodies of a message.</summary>
/// <param name="Html">Null if the recipient wants plain text only.</param>
public sealed record MailContent(string Subject, string? Html, string Text);

/// <summary>Renders the three templates of a message: subject, text and HTML.</summary>
internal sealed class MailRenderer(TemplateLibrary templates, SiteOptions site)
{
    private readonly ScriptObject siteModel = TemplateModel.Site(site);

    /// <summary>
    /// RFC 5322 section 2.1.1 limits lines, not subjects, but every mail client truncates longer ones.
    /// </summary>
    private const int MaximumSubjectLength = 200;

    /// <summary>See <see cref="TemplateLibrary.Version"/>.</summary>
    public int TemplatesVersion => templates.Version;

    /// <summary>Finds the language for a tag, for text in the model; English if there is none.</summary>
    public Language FindLanguage(string? tag) => templates.FindLanguage(tag);

    /// <param name="name">The base name of the templates under <c>mail/</c>, such as <c>digest</c>.</param>
    /// <param name="model">The template model; <c>site</c> and <c>mail</c> are added to it.</param>
    /// <param name="preheader">The preview text; null for the localized text <c>NAME.preheader</c>.</param>
    /// <param name="language">The language tag; null for English.</param>
    /// <exception cref="TrendingMailException">A template has an error.</exception>
    public MailContent Render(
        string name, ScriptObject model, string? preheader, bool withHtml, string? language = null)
    {
        model.SetValue("site", siteModel, readOnly: true);
        var subject = ToSingleLine(templates.Render($"mail/{name}.subject", model, language));
        model.SetValue("mail", TemplateModel.Create(
            ("subject", subject),
            ("preheader", preheader ?? templates.FindLanguage(language).Text($"{name}.preheader"))), readOnly: true);
        return new MailContent(
            subject,
            withHtml ? RenderLines($"mail/{name}.html", model, language) : null,
            RenderLines($"mail/{name}.txt", model, language));
    }

    /// <summary>Renders the layout of a shared content.</summary>
    public MailContent Render(SharedContent content, ModelValues values, Language language, bool withHtml) => Render(
        content.Template, content.CreateModel(language, values), content.FormatPreheader(language),
        withHtml, language.Tag);

    /// <summary>Renders a fragment of a shared content.</summary>
    public string RenderFragment(
        SharedContent content, int index, bool isBrief, ModelValues values, Language language, bool isHtml)
    {
        var model = content.CreateFragmentModel(index, isBrief, language, values);
        model.SetValue("site", siteModel, readOnly: true);
        return RenderLines($"mail/{content.FragmentTemplate}.{(isHtml ? "html" : "txt")}", model, language.Tag);
    }

    private string RenderLines(string name, ScriptObject model, string? language) =>
        templates.Render(name, model, language).ReplaceLineEndings("\n");

    private static string ToSingleLine(string text)
    {
        var plain = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return Excerpt.AtSentence(
            string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), MaximumSubjectLength);
    }
}
