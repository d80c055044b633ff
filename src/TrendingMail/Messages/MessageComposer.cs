using Microsoft.Extensions.Logging;
using Scriban.Runtime;
using TrendingMail.Configuration;
using TrendingMail.Messages.Bulk;
using TrendingMail.Messages.Dkim;
using TrendingMail.Messages.Mime;
using TrendingMail.Subscribers;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Messages;

/// <summary>
/// Composes messages: renders their templates, adds the header, encodes and signs them. The result is the bytes to
/// send, the same at every attempt.
/// </summary>
public sealed class MessageComposer
{
    /// <summary>The header field that marks a test message.</summary>
    public const string TestHeader = "X-TrendingMail-Test";

    /// <summary>The beginning of the subject of a test message.</summary>
    public const string TestSubjectPrefix = "[Test] ";

    private readonly MailRenderer renderer;

    private readonly SenderOptions sender;

    private readonly SiteOptions site;

    private readonly DkimSignatures dkim;

    private readonly HeaderFactory headers;

    private readonly IndividualComposer individual;

    private readonly BulkComposer bulk;

    public MessageComposer(
        TemplateLibrary templates, SenderOptions sender, SiteOptions site, ReturnPath returnPath, SubscriberLinks links,
        DkimSignatures dkim, ILogger<MessageComposer> logger)
    {
        this.sender = sender;
        this.site = site;
        this.dkim = dkim;
        renderer = new MailRenderer(templates, site);
        headers = new HeaderFactory(sender, site, returnPath, links);
        var sharedRenderer = new SharedRenderer(renderer, site);
        individual = new IndividualComposer(renderer, sharedRenderer, headers, links, dkim);
        bulk = new BulkComposer(renderer, sharedRenderer, headers, individual, links, dkim, logger);
    }

    /// <summary>The language of a subscriber's messages, for text in a model.</summary>
    public Language FindLanguage(Subscriber subscriber) => renderer.FindLanguage(subscriber.Preferences.Language);

    /// <summary>Composes a message of its own, such as a notice.</summary>
    /// <param name="template">The base name of the templates under <c>mail/</c>, such as <c>welcome</c>.</param>
    /// <param name="model">The template model; <c>site</c> and <c>mail</c> are added to it.</param>
    /// <param name="archiveUrl">The URL of the content on the web; null if it is not part of a newsletter.</param>
    /// <exception cref="TrendingMailException">A template has an error.</exception>
    public Envelope Compose(
        MessageIdentity identity, Subscriber subscriber, string template, ScriptObject model, string? archiveUrl = null)
    {
        var content = renderer.Render(
            template, model, preheader: null, IndividualComposer.WantsHtml(subscriber), FindLanguage(subscriber).Tag);
        return individual.Compose(identity, subscriber, content, archiveUrl);
    }

    /// <summary>
    /// Composes a message whose content many subscribers get: in bulk if possible, which is many times faster.
    /// </summary>
    /// <exception cref="TrendingMailException">A template has an error.</exception>
    public Envelope Compose(MessageIdentity identity, Subscriber subscriber, SharedContent content) =>
        (identity.IsTest || identity.IsSeed ? null : ComposeInBulk(identity, subscriber, content)) ??
            ComposeIndividually(identity, subscriber, content);

    /// <summary>Renders a shared content as a subscriber's message shows it.</summary>
    /// <exception cref="TrendingMailException">A template has an error.</exception>
    public MailContent Render(SharedContent content, Subscriber subscriber, bool withHtml) =>
        individual.Render(content, subscriber, withHtml);

    /// <summary>Composes an alert to the operator.</summary>
    /// <exception cref="TrendingMailException">A template has an error.</exception>
    public Envelope ComposeAlert(long id, DateTimeOffset raisedAt, string subject, string text)
    {
        var content = renderer.Render("alert", TemplateModel.Create(
            ("alert", TemplateModel.Create(("subject", subject), ("text", text)))), text, withHtml: true);
        var header = headers.CreateForAlert(id, raisedAt);
        using var message = MimeBuilder.Build(content, header);
        return new Envelope(
            header.MessageId, InternetName.ToAscii(sender.From), InternetName.ToAscii(site.Contact),
            dkim.Sign(message));
    }

    /// <returns>Null if this message must be composed individually.</returns>
    internal Envelope? ComposeInBulk(MessageIdentity identity, Subscriber subscriber, SharedContent content) =>
        bulk.TryCompose(identity, subscriber, content);

    internal Envelope ComposeIndividually(MessageIdentity identity, Subscriber subscriber, SharedContent content) =>
        individual.Compose(identity, subscriber, content);
}
