using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrendingMail.Messages;
using TrendingMail.Messages.Bulk;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Digests.Content;

/// <summary>
/// Composes digests in bulk: renders each variant once, then fills in the values of each subscriber. Falls back to
/// composing a message individually if a template does more with a subscriber's value than write it, or if an address
/// needs encoding. Both ways produce the same bytes.
/// </summary>
public sealed class BulkDigestComposer(
    TemplateLibrary templates, DigestRenderer renderer, MessageFactory messageFactory, SubscriberLinks links, SiteOptions site,
    ILogger<BulkDigestComposer> logger)
{
    private const long VariantMemory = 64 << 20;

    [ThreadStatic]
    private static PlaceholderValues? values;

    private readonly VariantCache variants = new(VariantMemory);

    private readonly RenderedPaperCache paperCache = new(renderer);

    private readonly ConcurrentDictionary<VariantKey, bool> verified = new();

    private readonly ConcurrentDictionary<string, bool> loggedReasons = new(StringComparer.Ordinal);

    /// <summary>Composes a digest for one delivery.</summary>
    public Envelope Compose(Digest digest, Subscriber subscriber, MessageIdentity identity) =>
        ComposeFromVariant(digest, subscriber, identity) ?? ComposeIndividually(digest, subscriber, identity);

    /// <summary>Composes the same message individually, without a variant.</summary>
    public Envelope ComposeIndividually(Digest digest, Subscriber subscriber, MessageIdentity identity)
    {
        var content = Render(digest, subscriber, subscriber.Preferences.Format == MailFormat.Html);
        return messageFactory.Create(identity, subscriber, content, DigestModel.EditionUrl(digest, site), digest.PublishedAt);
    }

    /// <summary>Renders the content of a digest as its message shows it.</summary>
    public MailContent Render(Digest digest, Subscriber subscriber, bool withHtml)
    {
        var language = templates.FindLanguage(subscriber.Preferences.Language);
        var feedback = links.Feedback(subscriber, digest.PublishedAt);
        return renderer.Render(
            RenderShared(digest, language.Tag, withHtml, templates.Version).Digest,
            SubscriberModel.Create(subscriber, language),
            DigestLinks.Create(digest, subscriber, links),
            selected => DigestLinks.CreateForPaper(selected.PaperId, feedback),
            language.Tag, withHtml);
    }

    /// <returns>Null if this message must be composed individually.</returns>
    internal Envelope? ComposeFromVariant(Digest digest, Subscriber subscriber, MessageIdentity identity)
    {
        var language = templates.FindLanguage(subscriber.Preferences.Language);
        var key = new VariantKey(identity.Mailing, digest.SelectionKey,
            subscriber.Preferences.Format == MailFormat.Html, language.Tag, templates.Version);
        var header = messageFactory.CreateRecipientHeader(identity, subscriber, digest.PublishedAt);
        values ??= new PlaceholderValues(DigestPlaceholders.Count);
        var variant = variants.TryGet(key, out var cached) ? cached : CreateVariant(digest, key);
        return variant is not null &&
            DigestPlaceholders.TryFill(values, digest, subscriber, language, links, header.UnsubscribeToken) &&
            messageFactory.Create(identity, header, variant, values) is { } envelope
                ? Verify(envelope, digest, subscriber, identity, key with { Selection = "" })
                : null;
    }

    private MailVariant? CreateVariant(Digest digest, VariantKey key) =>
        variants.GetOrCreate(key, pool => CreateVariant(digest, key, pool));

    private MailVariant? CreateVariant(Digest digest, VariantKey key, BlockPool pool)
    {
        var rendered = RenderShared(digest, key.Language, key.WithHtml, key.TemplatesVersion);
        var fallbackReason = "the configured header values do not allow a header template";
        var variant = messageFactory.GetHeaderTemplate(key.Mailing, DigestModel.EditionUrl(digest, site), key.WithHtml) is { } headerTemplate
            ? MailVariant.TryCreate(rendered.Layout, rendered.Recorder, rendered.TextPapers, rendered.HtmlPapers, headerTemplate, pool, out fallbackReason)
            : null;
        if (fallbackReason is not null && loggedReasons.TryAdd(fallbackReason, true))
        {
            logger.LogWarning("Composing digests individually, which is slow: {Reason}", fallbackReason);
        }

        return variant;
    }

    private RenderedDigest RenderShared(Digest digest, string language, bool withHtml, int templatesVersion) =>
        RenderedDigest.Create(digest, renderer, paperCache, language, withHtml, templatesVersion);

    /// <summary>
    /// Composes the first message of each kind both ways. A difference is a bug and must not be sent.
    /// </summary>
    private Envelope? Verify(
        Envelope envelope, Digest digest, Subscriber subscriber, MessageIdentity identity, VariantKey key)
    {
        if (!verified.TryGetValue(key, out var isIdentical))
        {
            using var individual = ComposeIndividually(digest, subscriber, identity);
            isIdentical = individual.Message.Written.SequenceEqual(envelope.Message.Written);
            verified[key] = isIdentical;
            if (!isIdentical)
            {
                logger.LogError(
                    "Composing the digests of {Mailing} individually: the bulk result differs from the individual one",
                    key.Mailing);
            }
        }

        if (isIdentical)
        {
            return envelope;
        }

        envelope.Dispose();
        return null;
    }
}
