using Scriban.Runtime;
using TrendingMail.Digests.Selection;
using TrendingMail.Editions;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>Previews the next digest on the preferences page, from the latest edition.</summary>
internal sealed class DigestPreview(DigestSelector selector, SiteOptions site)
{
    /// <returns>Null if there is no edition yet, or none that the subscriber has not received.</returns>
    public async Task<ScriptObject?> CreateModelAsync(
        Subscriber subscriber, Language language, CancellationToken cancellationToken) =>
        await selector.SelectNewestAsync(subscriber, cancellationToken) is { } digest
            ? TemplateModel.Create(
                ("weekly", digest.Weekly),
                ("total", digest.Total),
                ("day", language.FormatDate(digest.Day)),
                ("papers", TemplateModel.List(digest.Papers.Select(selected => TemplateModel.Create(
                    ("title", selected.Paper.Title),
                    ("url", PaperModel.PageUrl(selected.Paper, site)),
                    ("why", selected.Reason?.Interest.Value))))))
            : null;
}
