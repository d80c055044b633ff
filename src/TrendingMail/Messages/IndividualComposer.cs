using Scriban.Runtime;
using TrendingMail.Messages.Bulk;
using TrendingMail.Messages.Dkim;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Messages;

/// <summary>Composes one message by itself: renders its templates and builds a MIME tree.</summary>
internal sealed class IndividualComposer(
    MailRenderer renderer, SharedRenderer sharedRenderer, HeaderFactory headers, SubscriberLinks links,
    DkimSignatures dkim)
{
    /// <summary>Composes the message with a shared content.</summary>
    public Envelope Compose(MessageIdentity identity, Subscriber subscriber, SharedContent content) => Compose(
        identity, subscriber, Render(content, subscriber, WantsHtml(subscriber)), content.ArchiveUrl,
        content.LinksIssuedAt);

    /// <inheritdoc cref="HeaderFactory.CreateRecipientHeader(MessageIdentity, Subscriber, DateTimeOffset?)"/>
    /// <inheritdoc cref="HeaderFactory.Create"/>
    public Envelope Compose(
        MessageIdentity identity, Subscriber subscriber, MailContent content, string? archiveUrl,
        DateTimeOffset? linksIssuedAt = null)
    {
        var recipient = headers.CreateRecipientHeader(identity, subscriber, linksIssuedAt);
        var shown = identity.IsTest
            ? content with { Subject = MessageComposer.TestSubjectPrefix + content.Subject }
            : content;
        using var message = MimeBuilder.Build(shown, headers.Create(identity, recipient, archiveUrl));
        if (identity.IsTest)
        {
            message.Headers.Add(MessageComposer.TestHeader, "yes");
        }

        return new Envelope(recipient.MessageId, headers.GetSender(identity), subscriber.Address, dkim.Sign(message));
    }

    /// <summary>Renders a shared content with the values of one subscriber.</summary>
    public MailContent Render(SharedContent content, Subscriber subscriber, bool withHtml)
    {
        var language = renderer.FindLanguage(subscriber.Preferences.Language);
        var full = sharedRenderer.Render(content, language, withHtml, renderer.TemplatesVersion).FullFragments;
        var values = ReadValues(
            content, new Recipient(subscriber, language, links.UnsubscribeToken(subscriber, content.LinksIssuedAt)));
        var (text, html) = (RenderFragments(isHtml: false), withHtml ? RenderFragments(isHtml: true) : []);
        return renderer.Render(content, new SubscriberValues(values, text, html), language, withHtml);

        string[] RenderFragments(bool isHtml) =>
        [
            .. Enumerable.Range(0, content.FragmentCount).Select(index => renderer.RenderFragment(
                content, index, isBrief: index >= full, new SubscriberValues(values, [], []), language, isHtml)),
        ];
    }

    public static bool WantsHtml(Subscriber subscriber) => subscriber.Preferences.Format == MailFormat.Html;

    private string[] ReadValues(SharedContent content, Recipient recipient)
    {
        var buffer = new char[links.MaximumLinkLength];
        return
        [
            .. Enumerable.Range(0, content.ValueCount)
                .Select(number => content.WriteValue(number, recipient, buffer).ToString()),
        ];
    }

    /// <summary>The values of one subscriber, and the fragments rendered with them.</summary>
    private sealed class SubscriberValues(string[] values, string[] textFragments, string[] htmlFragments) : ModelValues
    {
        public override object Get(int number, string suffix = "") => values[number] + suffix;

        public override object? GetFragment(int index, bool isHtml) => !isHtml
            ? textFragments[index]
            : htmlFragments.Length > 0 ? new RawHtml(htmlFragments[index]) : null;

        public override IScriptObject CreateObject(params ReadOnlySpan<(string Name, object? Value)> members) =>
            TemplateModel.Create(members);
    }
}
