using System.Collections.Concurrent;

namespace TrendingMail.Rendering.Variants;

/// <summary>What makes two readers' mails the same but for their slots.</summary>
/// <param name="Kind">Daily or weekly.</param>
/// <param name="Mailing">Which edition or week.</param>
/// <param name="Profile">Which papers of it, and why.</param>
/// <param name="Templates">The templates' version.</param>
public readonly record struct VariantKey(
    string Kind, string Mailing, string Profile, bool WithHtml, string Language, int Templates);

/// <summary>
/// The variants that are in use, each made once however many lanes ask for it. Where they take more memory than they
/// may, all go, and those that are still asked for are made again.
/// </summary>
/// <param name="limit">Bytes, about.</param>
public sealed class VariantCache(long limit)
{
    private volatile Generation generation = new();

    /// <param name="variant">Null where one cannot be made.</param>
    /// <returns>False where this was not asked for yet.</returns>
    public bool TryGet(VariantKey key, out MailVariant? variant)
    {
        var isKnown = generation.Variants.TryGetValue(key, out var known);
        variant = known?.Value;
        return isKnown;
    }

    /// <param name="make">Null stands for a variant that cannot be made, and is remembered too.</param>
    public MailVariant? GetOrMake(VariantKey key, Func<BlockPool, MailVariant?> make)
    {
        var current = generation;
        var variant = current.Variants.GetOrAdd(key, _ => new Lazy<MailVariant?>(() =>
        {
            var made = make(current.Blocks);
            Interlocked.Add(ref current.Held, made?.Held ?? 0);
            return made;
        })).Value;
        if (Interlocked.Read(ref current.Held) + current.Blocks.Held > limit)
        {
            generation = new Generation();
        }

        return variant;
    }

    private sealed class Generation
    {
        public long Held;

        public BlockPool Blocks { get; } = new();

        public ConcurrentDictionary<VariantKey, Lazy<MailVariant?>> Variants { get; } = new();
    }
}
