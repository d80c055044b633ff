using Scriban.Runtime;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>
/// Renders digests. All but what stands under <c>reader</c> and <c>links</c> is the same for every reader of a variant: one
/// choice of papers in one language and format.
/// </summary>
public sealed class DigestRenderer(MailRenderer renderer, SiteOptions site)
{
    /// <summary>Bytes of a whole mail, encoded. Gmail clips what is longer than 102 KB, its end with the ways to leave.</summary>
    public const int Limit = 100_000;

    /// <summary>Characters of a reader's link after the site's address: a name and a token.</summary>
    private const int LongestPath = 70;

    /// <summary>As long as readers' own values get: which summaries fit must not depend on who reads.</summary>
    private static readonly ScriptObject LongReader = Model.Of(
        ("address", new string('a', 80)), ("schedule", new string('s', 100)));

    private readonly ScriptObject longLinks = LongLinks(new string('x', site.BaseUrl.Length + LongestPath));

    /// <summary>The mail of a digest that fits.</summary>
    /// <param name="reader">What templates see as <c>reader</c>.</param>
    /// <param name="links">What templates see as <c>links</c>.</param>
    public MailContent Render(Digest digest, IScriptObject reader, IScriptObject links, string language, bool withHtml)
    {
        var speech = renderer.Language(language);
        var model = DigestModel.Of(digest, speech, site);
        model.SetValue("reader", reader, readOnly: true);
        model.SetValue("links", links, readOnly: true);
        return renderer.Render("digest", model, DigestModel.Preheader(digest, speech), withHtml, language);
    }

    /// <summary>The digest with as many of its last papers brief as its mail would be too long otherwise.</summary>
    public Digest Fit(Digest digest, string language, bool withHtml)
    {
        bool Fits(Digest candidate) =>
            EncodedSize.Of(Render(candidate, LongReader, longLinks, language, withHtml)) <= Limit;
        if (Fits(digest))
        {
            return digest;
        }

        var (few, many) = (0, digest.Count);
        while (many - few > 1)
        {
            var middle = (few + many) / 2;
            (few, many) = Fits(digest.BriefAfter(middle)) ? (middle, many) : (few, middle);
        }

        return digest.BriefAfter(few);
    }

    private static ScriptObject LongLinks(string link) => DigestLinks.Build(
        link, link, link, Enumerable.Repeat(new PaperLinks(link, link, link), 2 * Preferences.MaximumPapers));
}
