using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;

namespace TrendingMail.Digests;

/// <summary>
/// A digest laid out for all who get it in a language and a format: a frame with marks for what is the reader's own and for
/// the papers, and the papers as cards.
/// </summary>
/// <param name="Digest">With as many of its last papers brief as its mail would be too long otherwise.</param>
/// <param name="Html">Cards of the HTML; none for a mail of text only.</param>
internal sealed record DigestLayout(Digest Digest, MailContent Frame, SlotRun Run, Card[] Text, Card[] Html)
{
    /// <summary>Bytes of a whole mail, encoded. Gmail clips what is longer than 102 KB, its end with the ways to leave.</summary>
    public const int Limit = 100_000;

    /// <param name="templates">The templates' version.</param>
    public static DigestLayout Of(
        Digest digest, DigestRenderer renderer, DigestCards cards, string language, bool withHtml, int templates)
    {
        var run = new SlotRun();
        var frame = renderer.Frame(digest, run, withHtml, language);
        var papers = digest.Papers.ToArray();
        var text = Cards(isHtml: false);
        var html = withHtml ? Cards(isHtml: true) : [];
        var size = EncodedSize.Envelope + SlotRun.SizeOf(frame.Text, renderer.LongestValue) +
            SlotRun.SizeOf(frame.Html ?? "", renderer.LongestValue) + text.Concat(html).Sum(card => card.Size);
        var whole = papers.Length;
        while (size > Limit && whole > 0)
        {
            whole--;
            papers[whole] = papers[whole] with { Brief = true };
            Shorten(text, isHtml: false);
            Shorten(html, isHtml: true);
        }

        return new DigestLayout(digest.BriefAfter(whole), frame, run, text, html);

        Card[] Cards(bool isHtml) =>
            [.. papers.Select((chosen, i) => cards.Find(chosen, i == 0, language, isHtml, templates))];

        void Shorten(Card[] of, bool isHtml)
        {
            if (of.Length > 0)
            {
                size -= of[whole].Size;
                of[whole] = cards.Find(papers[whole], whole == 0, language, isHtml, templates);
                size += of[whole].Size;
            }
        }
    }
}
