using Scriban.Runtime;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;
using TrendingMail.Templates;

namespace TrendingMail.Digests.Content;

/// <summary>
/// Renders the digest templates: one for each paper, and the layout that contains them. The objects <c>subscriber</c>
/// and <c>links</c> belong to one subscriber; everything else is the same for everyone who gets these papers.
/// </summary>
public sealed class DigestRenderer(MailRenderer renderer, SiteOptions site)
{
    /// <summary>Characters of a subscriber's link after the base URL: a path segment and a token.</summary>
    private const int MaximumPathLength = 70;

    /// <summary>
    /// The size assumed for every subscriber value: which summaries fit must not depend on the subscriber.
    /// </summary>
    internal int MaximumValueLength { get; } = site.BaseUrl.Length + MaximumPathLength;

    /// <summary>Renders a digest for one subscriber, without placeholders.</summary>
    /// <param name="subscriber">The <c>subscriber</c> object of the templates.</param>
    /// <param name="links">The <c>links</c> object of the templates.</param>
    /// <param name="paperLinks">Returns the <c>links</c> object of the paper templates.</param>
    public MailContent Render(
        Digest digest, IScriptObject subscriber, IScriptObject links, Func<SelectedPaper, IScriptObject> paperLinks, string language,
        bool withHtml) => RenderLayout(digest, (entry, selected, index) =>
        {
            string RenderPart(bool isHtml) => RenderPaper(selected, index == 0, paperLinks(selected), language, isHtml);
            entry.SetValue("text", RenderPart(isHtml: false), readOnly: true);
            entry.SetValue("html", withHtml ? new RawHtml(RenderPart(isHtml: true)) : null, readOnly: true);
            return entry;
        }, subscriber, links, language, withHtml);

    /// <summary>Renders one paper, without its position and the reason for it.</summary>
    internal string RenderPaper(SelectedPaper selected, bool isFirst, IScriptObject links, string language, bool isHtml) =>
        renderer.RenderPartial(
            isHtml ? "paper.html" : "paper.txt",
            TemplateModel.Create(("paper", DigestModel.CreatePaper(selected, isFirst, renderer.FindLanguage(language), site)), ("links", links)),
            language);

    /// <summary>Renders the layout of a digest, with placeholders for the papers and the subscriber's values.</summary>
    internal MailContent RenderLayout(Digest digest, PlaceholderRecorder recorder, bool withHtml, string language) => RenderLayout(digest, (entry, _, index) =>
    {
        entry.SetValue("text", recorder.CreatePlaceholder(RenderedPaper.PlaceholderFor(index, isHtml: false)), readOnly: true);
        entry.SetValue("html", recorder.CreatePlaceholder(RenderedPaper.PlaceholderFor(index, isHtml: true)), readOnly: true);
        return recorder.CreateScope(entry);
    }, DigestPlaceholders.CreateSubscriber(recorder), DigestPlaceholders.CreateLinks(recorder), language, withHtml);

    private MailContent RenderLayout(
        Digest digest, Func<ScriptObject, SelectedPaper, int, IScriptObject> addPaper, IScriptObject subscriber, IScriptObject links,
        string language, bool withHtml)
    {
        var locale = renderer.FindLanguage(language);
        var papers = digest.Papers.Select((selected, index) =>
            addPaper(DigestModel.CreateEntry(selected, index, locale, site), selected, index)).ToArray();
        var model = DigestModel.Create(digest, papers, locale, site);
        model.SetValue("subscriber", subscriber, readOnly: true);
        model.SetValue("links", links, readOnly: true);
        return renderer.Render("digest", model, DigestModel.Preheader(digest, locale), withHtml, language);
    }
}
