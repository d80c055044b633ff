using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TrendingMail.Messages.Mime;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// A content rendered for all who get it in a language and a format: the layout, with placeholders for the subscriber's
/// values and for the fragments, and the fragments.
/// </summary>
/// <param name="HtmlFragments">The fragments of the HTML part; empty for a text-only message.</param>
/// <param name="FullFragments">
/// The number of fragments that are not brief. The others follow them and had to be shortened.
/// </param>
internal sealed record SharedRendering(
    MailContent Layout, PlaceholderRecorder Recorder, RenderedFragment[] TextFragments,
    RenderedFragment[] HtmlFragments, int FullFragments);

/// <summary>
/// Renders contents for many subscribers, and keeps the message within the size limit. A fragment is rendered once for
/// each language and format: it looks the same whatever the content and its position.
/// </summary>
internal sealed class SharedRenderer(MailRenderer renderer, SiteOptions site)
{
    /// <summary>
    /// The size limit of an encoded message. Gmail clips those over 102 KB, and with them the unsubscribe link.
    /// </summary>
    public const int MaximumSize = 100_000;

    /// <summary>Characters of a subscriber's link after the base URL: a path segment and a token.</summary>
    private const int MaximumPathLength = 70;

    /// <summary>
    /// The size assumed for every subscriber value: which fragments have to be brief must not depend on the subscriber.
    /// </summary>
    private readonly int maximumValueLength = site.BaseUrl.Length + MaximumPathLength;

    private readonly ConditionalWeakTable<object, ConcurrentDictionary<FragmentKey, RenderedFragment>> fragments = [];

    /// <param name="templatesVersion">The version of the templates.</param>
    public SharedRendering Render(SharedContent content, Language language, bool withHtml, int templatesVersion)
    {
        var recorder = new PlaceholderRecorder();
        var layout = renderer.Render(content, recorder, language, withHtml);
        var full = content.FragmentCount;
        var text = GetFragments(isHtml: false);
        var html = withHtml ? GetFragments(isHtml: true) : [];
        var size = EncodedSize.Overhead + PlaceholderRecorder.SizeUpperBound(layout.Text, maximumValueLength) +
            PlaceholderRecorder.SizeUpperBound(layout.Html ?? "", maximumValueLength) +
            text.Concat(html).Sum(fragment => fragment.Size);
        while (size > MaximumSize && full > 0)
        {
            full--;
            Shorten(text, isHtml: false);
            Shorten(html, isHtml: true);
        }

        return new SharedRendering(layout, recorder, text, html, full);

        RenderedFragment Get(int index, bool isBrief, bool isHtml) =>
            GetFragment(content, index, isBrief, language, isHtml, templatesVersion);

        RenderedFragment[] GetFragments(bool isHtml) =>
            [.. Enumerable.Range(0, full).Select(index => Get(index, isBrief: false, isHtml))];

        void Shorten(RenderedFragment[] part, bool isHtml)
        {
            if (part.Length > 0)
            {
                size -= part[full].Size;
                part[full] = Get(full, isBrief: true, isHtml);
                size += part[full].Size;
            }
        }
    }

    internal RenderedFragment GetFragment(
        SharedContent content, int index, bool isBrief, Language language, bool isHtml, int templatesVersion)
    {
        var (source, id) = content.GetFragmentKey(index);
        return fragments
            .GetValue(source, _ => new ConcurrentDictionary<FragmentKey, RenderedFragment>())
            .GetOrAdd(
                new FragmentKey(id, isBrief, index == 0, language.Tag, isHtml, templatesVersion),
                static (key, state) => state.Self.RenderFragment(state.content, state.index, key, state.language),
                (Self: this, content, index, language));
    }

    private RenderedFragment RenderFragment(SharedContent content, int index, FragmentKey key, Language language)
    {
        var recorder = new PlaceholderRecorder();
        var text = renderer.RenderFragment(content, index, key.IsBrief, recorder, language, key.IsHtml);
        return RenderedFragment.Create(text, recorder, key.IsHtml, maximumValueLength);
    }

    private readonly record struct FragmentKey(
        long Id, bool IsBrief, bool IsFirst, string Language, bool IsHtml, int TemplatesVersion);
}
