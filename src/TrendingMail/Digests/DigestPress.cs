using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.Rendering.Variants;
using TrendingMail.Subscribers;

namespace TrendingMail.Digests;

/// <summary>
/// Makes digests in bulk: a variant once, then a reader's mail by putting the reader's values into it. What cannot be made
/// so, a template that does more with a reader's value than write it or an address that has to be encoded, is made whole.
/// The bytes are the same.
/// </summary>
public sealed class DigestPress(
    Templates templates, DigestRenderer renderer, Postmark postmark, ReaderLinks links, SiteOptions site,
    ILogger<DigestPress> logger)
{
    private const long VariantMemory = 64 << 20;

    [ThreadStatic]
    private static SlotValues? values;

    private readonly VariantCache variants = new(VariantMemory);

    private readonly DigestCards cards = new(renderer);

    private readonly ConcurrentDictionary<VariantKey, bool> proven = new();

    private readonly ConcurrentDictionary<string, bool> told = new(StringComparer.Ordinal);

    /// <summary>The mail with which a delivery takes a digest to a reader.</summary>
    public Envelope Print(Digest digest, Subscriber reader, ClaimedDelivery delivery) =>
        PrintVariant(digest, reader, delivery) ?? PrintWhole(digest, reader, delivery);

    /// <summary>The same mail, made for this reader alone.</summary>
    public Envelope PrintWhole(Digest digest, Subscriber reader, ClaimedDelivery delivery)
    {
        var content = Render(digest, reader, reader.Preferences.Format == MailFormat.Html);
        return postmark.Address(delivery, reader, content, DigestModel.Url(digest, site), digest.PublishedAt);
    }

    /// <summary>What a reader reads in a digest, as its mail shows it.</summary>
    public MailContent Render(Digest digest, Subscriber reader, bool withHtml)
    {
        var language = templates.Language(reader.Preferences.Language);
        var feedback = links.Feedback(reader, digest.PublishedAt);
        return renderer.Whole(
            Layout(digest, language.Tag, withHtml, templates.Version).Digest,
            ReaderModel.Of(reader, language),
            DigestLinks.Of(digest, reader, links),
            chosen => DigestLinks.OfPaper(chosen.PaperId, feedback),
            language.Tag, withHtml);
    }

    /// <returns>Null where this mail has to be made whole.</returns>
    internal Envelope? PrintVariant(Digest digest, Subscriber reader, ClaimedDelivery delivery)
    {
        var language = templates.Language(reader.Preferences.Language);
        var key = new VariantKey(delivery.Kind, delivery.Key, digest.Choice,
            reader.Preferences.Format == MailFormat.Html, language.Tag, templates.Version);
        var header = postmark.HeaderOf(delivery, reader, digest.PublishedAt);
        values ??= new SlotValues(DigestSlots.Count);
        var variant = variants.TryGet(key, out var known) ? known : Make(digest, key);
        return variant is not null &&
            DigestSlots.TryFill(values, digest, reader, language, links, header.Token) &&
            postmark.Address(delivery, header, variant, values) is { } envelope
                ? Proven(envelope, digest, reader, delivery, key with { Profile = "" })
                : null;
    }

    private MailVariant? Make(Digest digest, VariantKey key) =>
        variants.GetOrMake(key, pool => Make(digest, key, pool));

    private MailVariant? Make(Digest digest, VariantKey key, BlockPool pool)
    {
        var layout = Layout(digest, key.Language, key.WithHtml, key.Templates);
        var fault = "the header's settings do not let mails be put together";
        var variant = postmark.FormOf(key.Kind, key.Mailing, DigestModel.Url(digest, site), key.WithHtml) is { } form
            ? MailVariant.TryMake(layout.Frame, layout.Run, layout.Text, layout.Html, form, pool, out fault)
            : null;
        if (fault is not null && told.TryAdd(fault, true))
        {
            logger.LogWarning("Digests are made one by one, which is slow: {Reason}", fault);
        }

        return variant;
    }

    private DigestLayout Layout(Digest digest, string language, bool withHtml, int version) =>
        DigestLayout.Of(digest, renderer, cards, language, withHtml, version);

    /// <summary>The first mail of a kind is made both ways: a difference is a fault of ours, and must not go out.</summary>
    private Envelope? Proven(
        Envelope envelope, Digest digest, Subscriber reader, ClaimedDelivery delivery, VariantKey kind)
    {
        if (!proven.TryGetValue(kind, out var same))
        {
            using var whole = PrintWhole(digest, reader, delivery);
            same = whole.Message.Written.SequenceEqual(envelope.Message.Written);
            proven[kind] = same;
            if (!same)
            {
                logger.LogError("Digests of {Mailing} are made one by one: made in bulk they came out different", kind.Mailing);
            }
        }

        if (same)
        {
            return envelope;
        }

        envelope.Dispose();
        return null;
    }
}
