using Scriban.Runtime;

namespace TrendingMail.Rendering;

/// <summary>The readable parts of a mail.</summary>
/// <param name="Html">Null where the reader wants text only.</param>
public sealed record MailContent(string Subject, string? Html, string Text);

/// <summary>Runs the three templates of a mail: subject, text and HTML.</summary>
public sealed class MailRenderer(Templates templates, SiteOptions site)
{
    /// <summary>RFC 5322 section 2.1.1 limits lines, not subjects; longer ones are cut by every mail client.</summary>
    private const int MaximumSubject = 200;

    /// <param name="name">The templates' common name below <c>mail/</c>, such as <c>digest</c>.</param>
    /// <param name="model">What the templates see; <c>site</c> and <c>mail</c> are added.</param>
    /// <exception cref="TrendingMailException">A template is broken.</exception>
    public MailContent Render(string name, ScriptObject model, string preheader, bool withHtml)
    {
        model.SetValue("site", Model.Site(site), readOnly: true);
        var subject = OneLine(templates.Render($"mail/{name}.subject", model));
        model.SetValue("mail", Model.Of(("subject", subject), ("preheader", preheader)), readOnly: true);
        return new MailContent(
            subject,
            withHtml ? templates.Render($"mail/{name}.html", model) : null,
            templates.Render($"mail/{name}.txt", model));
    }

    private static string OneLine(string text)
    {
        var plain = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return Excerpt.AtSentence(
            string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), MaximumSubject);
    }
}
