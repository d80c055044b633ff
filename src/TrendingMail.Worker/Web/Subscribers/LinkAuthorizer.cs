using TrendingMail.Links;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>Authorizes requests by the token in a subscriber's link, and explains rejections.</summary>
internal sealed class LinkAuthorizer(LinkVerifier verifier, SubscriberStore subscribers, PageRenderer renderer)
{
    /// <summary>Calls the handler if the token is valid and its subscriber exists and has not revoked it.</summary>
    public Task<IResult> AuthorizeAsync(
        string token, LinkPurpose purpose, Func<Subscriber, LinkToken, Task<IResult>> handler,
        CancellationToken stop) =>
        AuthorizeEvenIfRevokedAsync(token, purpose, valid => handler(valid.Subscriber, valid.Link), stop);

    /// <inheritdoc cref="AuthorizeAsync(string, LinkPurpose, Func{Subscriber, LinkToken, Task{IResult}},
    /// CancellationToken)"/>
    public Task<IResult> AuthorizeAsync(
        string token, LinkPurpose purpose, Func<Subscriber, LinkToken, IResult> handler, CancellationToken stop) =>
        AuthorizeAsync(token, purpose, (subscriber, link) => Task.FromResult(handler(subscriber, link)), stop);

    /// <summary>
    /// Calls the handler even if a link that ends the subscription has been revoked since: see
    /// <see cref="LinkResult.Valid.IsCurrent"/>.
    /// </summary>
    public async Task<IResult> AuthorizeEvenIfRevokedAsync(
        string token, LinkPurpose purpose, Func<LinkResult.Valid, Task<IResult>> handler, CancellationToken stop) =>
        await verifier.VerifyAsync(token, purpose, stop) switch
        {
            LinkResult.Valid valid => await HandleAsync(valid, handler),
            LinkResult.Invalid invalid => InvalidLink(invalid.Reason),
            _ => UnknownSubscriber(),
        };

    public IResult InvalidLink(string fault) =>
        renderer.RenderMessage(renderer.Text("web.error.link"), renderer.Language.Sentence(fault),
            StatusCodes.Status400BadRequest, renderer.SubscribeLink);

    public IResult UnknownSubscriber() => renderer.RenderMessage(
        renderer.Text("web.error.link_gone"), renderer.Text("web.error.link_gone_text"),
        StatusCodes.Status410Gone, renderer.SubscribeLink);

    /// <summary>The language of a link's subscriber, if the link has one; otherwise that of the request.</summary>
    public async Task<string> FindLanguageAsync(LinkToken link, CancellationToken stop) =>
        (await subscribers.FindAsync(link.SubscriberId, stop))?.Preferences.Language ?? PageLanguage.Current;

    private static async Task<IResult> HandleAsync(
        LinkResult.Valid valid, Func<LinkResult.Valid, Task<IResult>> handler)
    {
        PageLanguage.Use(valid.Subscriber.Preferences.Language);
        return await handler(valid);
    }
}
