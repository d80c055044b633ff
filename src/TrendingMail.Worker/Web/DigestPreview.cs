using Scriban.Runtime;
using TrendingMail.Digests;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>What a reader's next digest would hold if it came today, for the page on which it is chosen.</summary>
internal sealed class DigestPreview(DigestDesk desk, EditionStore editions, SiteOptions site)
{
    /// <returns>Null where there is no edition yet.</returns>
    public async Task<ScriptObject?> OfAsync(Subscriber reader, CancellationToken cancellationToken)
    {
        if (await editions.NewestAsync(cancellationToken) is not { } newest)
        {
            return null;
        }

        var mailing = Digest.MailingOf(reader.Preferences.Frequency == Frequency.Weekly, newest.Day);
        return await desk.FindAsync(mailing, reader, cancellationToken) is { } digest
            ? Model.Of(
                ("weekly", digest.Weekly),
                ("total", digest.Total),
                ("day", Text.Words(digest.Day)),
                ("papers", Model.List(digest.Papers.Select(chosen => Model.Of(
                    ("title", chosen.Paper.Title),
                    ("url", PaperModel.PageUrl(chosen.Paper, site)),
                    ("why", chosen.Why?.Interest.Value))))))
            : null;
    }
}
