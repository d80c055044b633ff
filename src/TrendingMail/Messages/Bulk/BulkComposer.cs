using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrendingMail.Links;
using TrendingMail.Messages.Dkim;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Messages.Bulk;

/// <summary>
/// Composes messages in bulk: renders each variant once, then fills in the values of each subscriber. That is
/// impossible if a template does more with a subscriber's value than write it, or if an address needs encoding. The
/// result has the same bytes as an individually composed message, and the first message of each kind is proof of it.
/// </summary>
internal sealed class BulkComposer(
    MailRenderer renderer, SharedRenderer sharedRenderer, HeaderFactory headers, IndividualComposer individual,
    SubscriberLinks links, DkimSignatures dkim, ILogger logger)
{
    private const long VariantMemory = 64 << 20;

    /// <summary>Two strings of the length of an unsubscribe token that have no character in common.</summary>
    private static readonly string[] SampleTokens =
        [.. new[] { 'q', 'Z' }.Select(c => new string(c, LinkSigner.TokenLength(LinkPurpose.Unsubscribe)))];

    [ThreadStatic]
    private static PlaceholderValues? values;

    private readonly VariantCache variants = new(VariantMemory);

    private readonly ConcurrentDictionary<VariantKey, bool> verified = new();

    private readonly ConcurrentDictionary<string, bool> loggedReasons = new(StringComparer.Ordinal);

    /// <summary>One entry is enough: the variants of a mailing are created one after the other.</summary>
    private volatile CachedHeader? cachedHeader;

    /// <returns>Null if this message must be composed individually.</returns>
    public Envelope? TryCompose(MessageIdentity identity, Subscriber subscriber, SharedContent content)
    {
        var language = renderer.FindLanguage(subscriber.Preferences.Language);
        var key = new VariantKey(
            identity.Mailing, content.Key, IndividualComposer.WantsHtml(subscriber), language.Tag,
            renderer.TemplatesVersion);
        if ((variants.TryGet(key, out var cached) ? cached : CreateVariant(content, key, language)) is not { } variant)
        {
            return null;
        }

        var header = headers.CreateRecipientHeader(identity, subscriber, content.LinksIssuedAt);
        return TryReadValues(content, new Recipient(subscriber, language, header.UnsubscribeToken)) is { } filled &&
            TryWrite(identity, header, variant, filled) is { } envelope
                ? Verify(envelope, identity, subscriber, content, key with { Content = "" })
                : null;
    }

    private MailVariant? CreateVariant(SharedContent content, VariantKey key, Language language) =>
        variants.GetOrCreate(key, pool => CreateVariant(content, key, language, pool));

    private MailVariant? CreateVariant(SharedContent content, VariantKey key, Language language, BlockPool pool)
    {
        var rendering = sharedRenderer.Render(content, language, key.WithHtml, key.TemplatesVersion);
        var fallbackReason = "the configured header values do not allow a header template";
        var variant = GetHeaderTemplate(key.Mailing, content.ArchiveUrl, key.WithHtml) is { } headerTemplate
            ? MailVariant.TryCreate(rendering, headerTemplate, pool, out fallbackReason)
            : null;
        if (fallbackReason is not null && loggedReasons.TryAdd(fallbackReason, true))
        {
            logger.LogWarning("Composing digests individually, which is slow: {Reason}", fallbackReason);
        }

        return variant;
    }

    /// <returns>Null if a value would affect the surrounding text.</returns>
    private PlaceholderValues? TryReadValues(SharedContent content, Recipient recipient)
    {
        Span<char> buffer = links.MaximumLinkLength <= 512 ? stackalloc char[512] : new char[links.MaximumLinkLength];
        var read = values ??= new PlaceholderValues(RenderedFragment.FirstPlaceholder);
        read.Clear();
        for (var number = 0; number < content.ValueCount; number++)
        {
            if (!read.TrySet(number, content.WriteValue(number, recipient, buffer)))
            {
                return null;
            }
        }

        return read;
    }

    /// <returns>Null if only MimeKit can write a value of the header.</returns>
    private Envelope? TryWrite(
        MessageIdentity identity, RecipientHeader header, MailVariant variant, PlaceholderValues filled)
    {
        var message = new WireBuffer(headroom: dkim.Headroom);
        if (!variant.TryWriteHeader(header, message))
        {
            message.Dispose();
            return null;
        }

        var headerLength = message.Length;
        message.Append("\r\n"u8);
        variant.WriteBody(filled, message);
        dkim.Sign(message, headerLength, identity.QueuedAt);
        return new Envelope(header.MessageId, headers.GetSender(identity), header.To, message);
    }

    /// <summary>The header and MIME structure that all messages of a mailing have in common.</summary>
    /// <returns>Null if they have none in common; such messages are composed individually.</returns>
    private HeaderTemplate? GetHeaderTemplate(Mailing mailing, string archiveUrl, bool withHtml)
    {
        var key = (mailing, archiveUrl, withHtml);
        if (cachedHeader is { } cached && cached.Key == key)
        {
            return cached.Template;
        }

        var created = new CachedHeader(key, InferHeaderTemplate(mailing, archiveUrl, withHtml));
        cachedHeader = created;
        return created.Template;
    }

    private HeaderTemplate? InferHeaderTemplate(Mailing mailing, string archiveUrl, bool withHtml)
    {
        var samples = SampleTokens.Select((token, i) =>
        {
            var identity = new MessageIdentity(
                mailing, i == 0 ? long.MaxValue : 1, new DateTimeOffset(2001, 2, 3 + i, 4, 5, 6, TimeSpan.Zero));
            var recipient = headers.CreateRecipientHeader(identity, $"zq7x{new string('r', i)}@example.com", token);
            return (recipient, headers.Create(identity, recipient, archiveUrl));
        }).ToArray();
        return HeaderTemplate.Infer(samples[0], samples[1], withHtml);
    }

    /// <summary>
    /// Composes the first message of each kind both ways. A difference is a bug and must not be sent.
    /// </summary>
    private Envelope? Verify(
        Envelope envelope, MessageIdentity identity, Subscriber subscriber, SharedContent content, VariantKey key)
    {
        if (!verified.TryGetValue(key, out var isIdentical))
        {
            using var expected = individual.Compose(identity, subscriber, content);
            isIdentical = expected.Message.Written.SequenceEqual(envelope.Message.Written);
            verified[key] = isIdentical;
            if (!isIdentical)
            {
                logger.LogError(
                    "Composing the messages of {Mailing} individually: the bulk result differs from the individual one",
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

    private sealed record CachedHeader(
        (Mailing Mailing, string ArchiveUrl, bool WithHtml) Key, HeaderTemplate? Template);
}
