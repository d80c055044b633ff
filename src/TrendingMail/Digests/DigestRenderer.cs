using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Digests;

/// <summary>
/// Runs a digest's templates: one for each paper, and the frame that holds them. What stands under <c>reader</c> and
/// <c>links</c> is each reader's own, all else the same for everyone who gets these papers.
/// </summary>
public sealed class DigestRenderer(MailRenderer renderer, SiteOptions site)
{
    /// <summary>Characters of a reader's link after the site's address: a name and a token.</summary>
    private const int LongestPath = 70;

    /// <summary>Bytes for which a reader's value is counted: which summaries fit must not depend on who reads.</summary>
    internal int LongestValue { get; } = site.BaseUrl.Length + LongestPath;

    /// <summary>A digest for one reader, each of its papers rendered for this reader alone.</summary>
    /// <param name="reader">What templates see as <c>reader</c>.</param>
    /// <param name="links">What templates see as <c>links</c>.</param>
    /// <param name="paperLinks">What a paper's templates see as <c>links</c>.</param>
    public MailContent Whole(
        Digest digest, IScriptObject reader, IScriptObject links, Func<ChosenPaper, IScriptObject> paperLinks, string language,
        bool withHtml) => Frame(digest, (entry, chosen, place) =>
        {
            string Rendered(bool isHtml) => Paper(chosen, place == 0, paperLinks(chosen), language, isHtml);
            entry.SetValue("text", Rendered(isHtml: false), readOnly: true);
            entry.SetValue("html", withHtml ? new RawHtml(Rendered(isHtml: true)) : null, readOnly: true);
            return entry;
        }, reader, links, language, withHtml);

    /// <summary>One paper, without its place and what brought it there.</summary>
    internal string Paper(ChosenPaper chosen, bool isFirst, IScriptObject links, string language, bool isHtml) =>
        renderer.RenderPiece(
            isHtml ? "paper.html" : "paper.txt",
            Model.Of(("paper", DigestModel.Paper(chosen, isFirst, renderer.Language(language), site)), ("links", links)),
            language);

    /// <summary>What surrounds the papers of a digest, with marks for them and for what is the reader's own.</summary>
    internal MailContent Frame(Digest digest, SlotRun run, bool withHtml, string language) => Frame(digest, (entry, _, place) =>
    {
        entry.SetValue("text", run.Slot(Card.SlotOf(place, isHtml: false)), readOnly: true);
        entry.SetValue("html", run.Slot(Card.SlotOf(place, isHtml: true)), readOnly: true);
        return run.Members(entry);
    }, DigestSlots.Reader(run), DigestSlots.Links(run), language, withHtml);

    private MailContent Frame(
        Digest digest, Func<ScriptObject, ChosenPaper, int, IScriptObject> withCard, IScriptObject reader, IScriptObject links,
        string language, bool withHtml)
    {
        var speech = renderer.Language(language);
        var papers = digest.Papers.Select((chosen, place) =>
            withCard(DigestModel.Entry(chosen, place, speech, site), chosen, place)).ToArray();
        var model = DigestModel.Of(digest, papers, speech, site);
        model.SetValue("reader", reader, readOnly: true);
        model.SetValue("links", links, readOnly: true);
        return renderer.Render("digest", model, DigestModel.Preheader(digest, speech), withHtml, language);
    }
}
