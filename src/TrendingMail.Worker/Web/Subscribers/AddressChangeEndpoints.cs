using TrendingMail.Delivery.Dispatch;
using TrendingMail.Links;
using TrendingMail.SignUp.Abuse;
using TrendingMail.SignUp.AddressChanges;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Addresses;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>
/// Address changes: requested by a link mailed to the old address, confirmed from the new one, reverted from the old.
/// </summary>
internal static class AddressChangeEndpoints
{
    public static void MapAddressChangeEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/change-address/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) =>
            authorizer.AuthorizeAsync(
                token, LinkPurpose.ChangeAddress, (subscriber, _) => RequestPage(subscriber, renderer), stop));
        app.MapPost("/change-address/{token}", RequestAsync).RequireRateLimiting(RateLimits.SignUp);
        app.MapPage("/move/{token}", (string token, LinkSigner signer, AddressChangeFlow changes,
            LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) => ShowAsync(
                token, LinkPurpose.ConfirmAddressChange, signer, changes, authorizer, renderer, stop));
        app.MapPost("/move/{token}", (string token, HttpContext http, LinkSigner signer, AddressChangeFlow changes,
            DeliveryDispatcher dispatcher, LinkAuthorizer authorizer, PageRenderer renderer) => ApplyAsync(
                token, LinkPurpose.ConfirmAddressChange, changes.ConfirmAsync, http, signer, dispatcher,
                authorizer, renderer))
            .RequireRateLimiting(RateLimits.Action);
        app.MapPage("/move-back/{token}", (string token, LinkSigner signer, AddressChangeFlow changes,
            LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) => ShowAsync(
                token, LinkPurpose.RevertAddressChange, signer, changes, authorizer, renderer, stop));
        app.MapPost("/move-back/{token}", (string token, HttpContext http, LinkSigner signer,
            AddressReversalFlow reversals, DeliveryDispatcher dispatcher, LinkAuthorizer authorizer,
            PageRenderer renderer) => ApplyAsync(
                token, LinkPurpose.RevertAddressChange, reversals.RevertAsync, http, signer, dispatcher,
                authorizer, renderer))
            .RequireRateLimiting(RateLimits.Action);
    }

    /// <param name="email">A shared mailbox to confirm; empty for none.</param>
    private static IResult RequestPage(Subscriber subscriber, PageRenderer renderer, string email = "") =>
        renderer.RenderPage(
            "change_address", new PageMetadata(
                renderer.Text("web.account.change_title"), renderer.Text("web.account.change_description"), null),
            TemplateModel.Create(
                ("address", subscriber.MaskedAddress), ("email", email), ("shared_mailbox", email.Length > 0)));

    private static Task<IResult> RequestAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, SubscriberLinks links, AddressChangeService changes,
        DeliveryDispatcher dispatcher, PageRenderer renderer) => authorizer.AuthorizeAsync(
            token, LinkPurpose.ChangeAddress, async (subscriber, link) =>
    {
        var back = (links.Preferences(subscriber, link.IssuedAt), renderer.Text("web.preferences.back"));
        var form = await FormReader.ReadAsync(http);
        var consentOrigin = FormReader.GetOrigin(http, "web");
        var email = form["email"].ToString();
        switch (await changes.RequestAsync(
            subscriber, email, form["shared_mailbox"] == "yes", consentOrigin, http.RequestAborted))
        {
            case AddressDecision.SharedMailbox:
                return RequestPage(subscriber, renderer, email);
            case AddressDecision.Rejected rejected:
                return renderer.RenderMessage(
                    renderer.Text("web.form.check_address"), renderer.Language.Sentence(rejected.Reason),
                    StatusCodes.Status400BadRequest, back);
            case AddressDecision.RateLimited rateLimited:
                using (rateLimited.Lease)
                {
                    return RateLimits.TooManyRequests(http, rateLimited.Lease);
                }

            case AddressDecision.Accepted accepted:
                dispatcher.Wake();
                return renderer.RenderMessage(
                    renderer.Text("web.move.inbox"),
                    renderer.Text("web.move.inbox_text", ("address", subscriber.MaskedAddress)) +
                    (accepted.Suggestion is { } suggestion
                        ? $" ({renderer.Text("web.move.suggestion", ("address", suggestion.Value))})" : ""),
                    StatusCodes.Status202Accepted, back);
            case var other:
                throw new InvalidOperationException($"Unknown decision {other}.");
        }
    }, http.RequestAborted);

    // The epoch is not checked here: after the change the link still shows the result, and confirming again does
    // nothing.
    private static async Task<IResult> ShowAsync(
        string token, LinkPurpose purpose, LinkSigner signer, AddressChangeFlow changes,
        LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop)
    {
        if (!signer.TryVerify(token, purpose, out var link, out var fault))
        {
            return authorizer.InvalidLink(fault);
        }

        PageLanguage.Use(await authorizer.FindLanguageAsync(link, stop));
        if (await changes.FindAsync(link, stop) is not (var subscriber, var change))
        {
            return authorizer.UnknownSubscriber();
        }

        var (oldAddress, newAddress) = AddressMask.Distinguish(change.OldAddress, change.NewAddress);
        return renderer.RenderPage(
            "address_change",
            new PageMetadata(renderer.Text("web.move.title"), renderer.Text("web.move.description"), null),
            TemplateModel.Create(
                ("back", purpose == LinkPurpose.RevertAddressChange),
                ("moved", subscriber.Address != change.OldAddress),
                ("old", oldAddress),
                ("new", newAddress)));
    }

    private static async Task<IResult> ApplyAsync(
        string token, LinkPurpose purpose,
        Func<LinkToken, ConsentOrigin, CancellationToken, Task<AddressChangeResult>> action,
        HttpContext http, LinkSigner signer, DeliveryDispatcher dispatcher, LinkAuthorizer authorizer,
        PageRenderer renderer)
    {
        if (!signer.TryVerify(token, purpose, out var link, out var fault))
        {
            return authorizer.InvalidLink(fault);
        }

        PageLanguage.Use(await authorizer.FindLanguageAsync(link, http.RequestAborted));
        switch (await action(link, FormReader.GetOrigin(http, "web"), http.RequestAborted))
        {
            case AddressChangeResult.Completed completed:
                dispatcher.Wake();
                return renderer.RenderMessage(
                    renderer.Text(purpose == LinkPurpose.ConfirmAddressChange ? "web.move.done" : "web.move.reverted"),
                    renderer.Text("web.move.done_text", ("address", completed.MaskedAddress)), link: renderer.Home);
            case AddressChangeResult.Ended ended:
                return renderer.RenderMessage(
                    renderer.Text("web.move.reverted"),
                    renderer.Text("web.move.ended", ("address", ended.MaskedAddress)), link: renderer.Home);
            case AddressChangeResult.Rejected rejected:
                return authorizer.InvalidLink(rejected.Reason);
            case var other:
                throw new InvalidOperationException($"Unknown result {other}.");
        }
    }
}
