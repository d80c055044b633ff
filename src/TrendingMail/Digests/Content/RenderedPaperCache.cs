using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TrendingMail.Editions;
using TrendingMail.Messages.Bulk;

namespace TrendingMail.Digests.Content;

/// <summary>
/// Caches rendered papers. A paper is rendered once for each language and format: it looks the same whatever its
/// position and whatever the reason it was selected for. Entries live as long as the edition that the papers were
/// loaded with.
/// </summary>
internal sealed class RenderedPaperCache(DigestRenderer renderer)
{
    private readonly ConditionalWeakTable<FrozenPaper, ConcurrentDictionary<Key, RenderedPaper>> papers = [];

    /// <param name="isFirst">Whether it is the first paper of the digest.</param>
    /// <param name="templatesVersion">The version of the templates.</param>
    public RenderedPaper GetOrRender(SelectedPaper selected, bool isFirst, string language, bool isHtml, int templatesVersion) => papers
        .GetValue(selected.Paper, _ => new ConcurrentDictionary<Key, RenderedPaper>())
        .GetOrAdd(
            new Key(selected.PaperId, selected.Brief, isFirst, language, isHtml, templatesVersion),
            static (key, state) => Render(key, state.selected, state.renderer),
            (selected, renderer));

    private static RenderedPaper Render(Key key, SelectedPaper selected, DigestRenderer renderer)
    {
        var recorder = new PlaceholderRecorder();
        var text = renderer.RenderPaper(selected, key.IsFirst, DigestPlaceholders.CreatePaperLinks(recorder, selected), key.Language, key.IsHtml);
        return RenderedPaper.Create(text, recorder, key.IsHtml, renderer.MaximumValueLength);
    }

    private readonly record struct Key(long PaperId, bool Brief, bool IsFirst, string Language, bool IsHtml, int TemplatesVersion);
}
