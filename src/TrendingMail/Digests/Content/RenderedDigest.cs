using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;

namespace TrendingMail.Digests.Content;

/// <summary>
/// A digest rendered for all who get it in a language and a format: the layout, with placeholders for the subscriber's
/// values and for the papers, and the rendered papers.
/// </summary>
/// <param name="Digest">
/// The digest, with its last papers brief as far as needed to keep the message within the limit.
/// </param>
/// <param name="HtmlPapers">The papers of the HTML part; empty for a text-only message.</param>
internal sealed record RenderedDigest(Digest Digest, MailContent Layout, PlaceholderRecorder Recorder, RenderedPaper[] TextPapers, RenderedPaper[] HtmlPapers)
{
    /// <summary>
    /// The size limit of an encoded message. Gmail clips those over 102 KB, and with them the unsubscribe link.
    /// </summary>
    public const int MaximumSize = 100_000;

    /// <param name="templatesVersion">The version of the templates.</param>
    public static RenderedDigest Create(
        Digest digest, DigestRenderer renderer, RenderedPaperCache paperCache, string language, bool withHtml, int templatesVersion)
    {
        var recorder = new PlaceholderRecorder();
        var layout = renderer.RenderLayout(digest, recorder, withHtml, language);
        var papers = digest.Papers.ToArray();
        var textPapers = FindPapers(isHtml: false);
        var htmlPapers = withHtml ? FindPapers(isHtml: true) : [];
        var size = EncodedSize.Overhead + PlaceholderRecorder.SizeUpperBound(layout.Text, renderer.MaximumValueLength) +
            PlaceholderRecorder.SizeUpperBound(layout.Html ?? "", renderer.MaximumValueLength) + textPapers.Concat(htmlPapers).Sum(renderedPaper => renderedPaper.Size);
        var fullPapers = papers.Length;
        while (size > MaximumSize && fullPapers > 0)
        {
            fullPapers--;
            papers[fullPapers] = papers[fullPapers] with { Brief = true };
            Shorten(textPapers, isHtml: false);
            Shorten(htmlPapers, isHtml: true);
        }

        return new RenderedDigest(digest.BriefAfter(fullPapers), layout, recorder, textPapers, htmlPapers);

        RenderedPaper[] FindPapers(bool isHtml) =>
            [.. papers.Select((selected, i) => paperCache.GetOrRender(selected, i == 0, language, isHtml, templatesVersion))];

        void Shorten(RenderedPaper[] renderedPapers, bool isHtml)
        {
            if (renderedPapers.Length > 0)
            {
                size -= renderedPapers[fullPapers].Size;
                renderedPapers[fullPapers] = paperCache.GetOrRender(papers[fullPapers], fullPapers == 0, language, isHtml, templatesVersion);
                size += renderedPapers[fullPapers].Size;
            }
        }
    }
}
