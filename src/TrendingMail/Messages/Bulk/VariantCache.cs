using System.Collections.Concurrent;
using TrendingMail.Messages.Mime;

namespace TrendingMail.Messages.Bulk;

/// <summary>What two subscribers' messages must have in common to differ in their placeholders only.</summary>
/// <param name="Content">See <see cref="SharedContent.Key"/>.</param>
/// <param name="TemplatesVersion">The version of the templates.</param>
internal readonly record struct VariantKey(
    Mailing Mailing, string Content, bool WithHtml, string Language, int TemplatesVersion);

/// <summary>
/// The variants in use, each created once however many workers request it. When they exceed the memory limit, all are
/// dropped, and those still requested are created again.
/// </summary>
/// <param name="memoryLimit">The approximate memory limit in bytes.</param>
internal sealed class VariantCache(long memoryLimit)
{
    private volatile Generation generation = new();

    /// <param name="variant">Null if this variant cannot be created.</param>
    /// <returns>False if this variant was not requested before.</returns>
    public bool TryGet(VariantKey key, out MailVariant? variant)
    {
        var isKnown = generation.Variants.TryGetValue(key, out var entry);
        variant = entry?.Value;
        return isKnown;
    }

    /// <param name="create">Returns null if the variant cannot be created; this result is cached too.</param>
    public MailVariant? GetOrCreate(VariantKey key, Func<BlockPool, MailVariant?> create)
    {
        var current = generation;
        var variant = current.Variants.GetOrAdd(key, _ => new Lazy<MailVariant?>(() =>
        {
            var created = create(current.Blocks);
            Interlocked.Add(ref current.EstimatedBytes, created?.EstimatedBytes ?? 0);
            return created;
        })).Value;
        if (Interlocked.Read(ref current.EstimatedBytes) + current.Blocks.EstimatedBytes > memoryLimit)
        {
            generation = new Generation();
        }

        return variant;
    }

    private sealed class Generation
    {
        public long EstimatedBytes;

        public BlockPool Blocks { get; } = new();

        public ConcurrentDictionary<VariantKey, Lazy<MailVariant?>> Variants { get; } = new();
    }
}
