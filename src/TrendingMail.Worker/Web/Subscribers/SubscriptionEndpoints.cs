using TrendingMail.Delivery.Dispatch;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.SignUp;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>
/// Confirming, unsubscribing and their reversal by the links in mails. A GET never changes anything, because mail
/// scanners follow every link; changes need a POST. Each page shows the address it acts for, because mails get
/// forwarded.
/// </summary>
internal static class SubscriptionEndpoints
{
    public static void MapSubscriptionEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPage("/confirm/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) =>
            authorizer.AuthorizeAsync(
                token, LinkPurpose.Confirm, (subscriber, _) => ConfirmPage(subscriber, renderer), stop));
        app.MapPost("/confirm/{token}", ConfirmAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/not-me/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) =>
            authorizer.AuthorizeEvenIfRevokedAsync(
                token, LinkPurpose.ReportNotMe, valid => Task.FromResult(NotMePage(valid, renderer)), stop));
        app.MapPost("/not-me/{token}", ReportNotMeAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/unsubscribe/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, SubscriberLinks links,
            CancellationToken stop) => authorizer.AuthorizeEvenIfRevokedAsync(
                token, LinkPurpose.Unsubscribe,
                valid => Task.FromResult(UnsubscribePage(valid, renderer, links)), stop));

        // No rate limit: a mail provider unsubscribes many subscribers from one network.
        app.MapPost("/unsubscribe/{token}", UnsubscribeAsync);
        app.MapPage("/return/{token}",
            (string token, LinkAuthorizer authorizer, PageRenderer renderer, CancellationToken stop) =>
            authorizer.AuthorizeAsync(token, LinkPurpose.UndoUnsubscribe,
                (subscriber, _) => UndoUnsubscribePage(subscriber, renderer), stop));
        app.MapPost("/return/{token}", UndoUnsubscribeAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static async Task<IResult> ConfirmAsync(
        string token, HttpContext http, LinkSigner signer, SignUpFlow flow, DeliveryDispatcher dispatcher,
        LinkAuthorizer authorizer, PageRenderer renderer)
    {
        if (!signer.TryVerify(token, LinkPurpose.Confirm, out var link, out var fault))
        {
            return authorizer.InvalidLink(fault);
        }

        var consentOrigin = FormReader.GetOrigin(http, "web") with { ConsentText = renderer.Consent };
        switch (await flow.ConfirmAsync(link, consentOrigin, http.RequestAborted))
        {
            case ConfirmResult.Rejected rejected:
                return authorizer.InvalidLink(rejected.Reason);
            case ConfirmResult.AlreadyActive:
                return renderer.RenderMessage(
                    "You are subscribed", "You have already confirmed; there is nothing left to do.",
                    link: ("/", "Today's papers"));
            default:
                dispatcher.Wake();
                return renderer.RenderMessage("You are subscribed",
                    "Welcome! We sent you an email about what to expect and when.", link: ("/", "Today's papers"));
        }
    }

    /// <summary>
    /// The response is the same whether the request still exists, was dropped before, or has expired.
    /// </summary>
    private static async Task<IResult> ReportNotMeAsync(
        string token, HttpContext http, LinkSigner signer, SignUpFlow flow, LinkAuthorizer authorizer,
        PageRenderer renderer)
    {
        if (!signer.TryVerify(token, LinkPurpose.ReportNotMe, out var link, out var fault))
        {
            return authorizer.InvalidLink(fault);
        }

        await flow.ReportNotMeAsync(link, FormReader.GetOrigin(http, "web"), http.RequestAborted);
        return renderer.RenderMessage(
            "Thank you for letting us know", "The request was dropped and we will not send you anything. For " +
            $"{(int)SignUpBlocklist.Duration.TotalDays} days nobody can sign up your address here.");
    }

    /// <summary>
    /// From the page or one-click from a mail client (RFC 8058): the response is the same, without a redirect.
    /// </summary>
    private static Task<IResult> UnsubscribeAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, SignUpFlow flow, DeliveryDispatcher dispatcher,
        PageRenderer renderer) =>
        authorizer.AuthorizeEvenIfRevokedAsync(token, LinkPurpose.Unsubscribe, async valid =>
        {
            var form = await FormReader.ReadAsync(http);
            var consentOrigin = FormReader.GetOrigin(
                http, form["List-Unsubscribe"] == "One-Click" ? "one-click" : "web");
            await flow.UnsubscribeAsync(valid.Subscriber.Id, consentOrigin, http.RequestAborted);
            dispatcher.Wake();
            var recipient = valid.IsCurrent ? valid.Subscriber.MaskedAddress : "this subscription";
            return renderer.RenderMessage(
                "You are unsubscribed", $"No more digests will be sent to {recipient}. We " +
                "sent one last email, with a link to undo this in case it was someone else.",
                link: ("/", "Subscribe again"));
        }, http.RequestAborted);

    private static Task<IResult> UndoUnsubscribeAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, SignUpFlow flow, PageRenderer renderer) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.UndoUnsubscribe, async (subscriber, link) =>
            await flow.UndoUnsubscribeAsync(link, FormReader.GetOrigin(http, "web"), http.RequestAborted) switch
            {
                ConfirmResult.Rejected rejected => authorizer.InvalidLink(rejected.Reason),
                _ => renderer.RenderMessage(
                    "You are subscribed", $"Digests will continue to go to {subscriber.MaskedAddress}.",
                    link: ("/", "Today's papers")),
            }, http.RequestAborted);

    private static IResult ConfirmPage(Subscriber subscriber, PageRenderer renderer) => renderer.RenderPage(
        "confirm", new PageMetadata(
            "Confirm your subscription", "One click to get the day's papers in your inbox.", null),
        TemplateModel.Create(("address", subscriber.MaskedAddress)));

    private static IResult NotMePage(LinkResult.Valid valid, PageRenderer renderer) => renderer.RenderPage(
        "not_me", new PageMetadata("Not you?", "Cancel a request that someone else made.", null), TemplateModel.Create(
            ("address", valid.IsCurrent ? valid.Subscriber.MaskedAddress : null),
            ("block_days", (int)SignUpBlocklist.Duration.TotalDays)));

    /// <summary>
    /// A link that was revoked, or mailed to a former address, shows neither the present address nor the way to the
    /// preferences: its holder may be someone else.
    /// </summary>
    private static IResult UnsubscribePage(LinkResult.Valid valid, PageRenderer renderer, SubscriberLinks links) =>
        renderer.RenderPage("unsubscribe", new PageMetadata("Unsubscribe", "Stop the digests.", null),
            valid is { IsCurrent: true, Subscriber: var subscriber, Link: var link }
            ? TemplateModel.Create(
                ("address", subscriber.MaskedAddress),
                ("schedule", SubscriberModel.FormatSchedule(subscriber.Preferences, renderer.Language)),
                ("preferences_url", links.Preferences(subscriber, link.IssuedAt)))
            : TemplateModel.Create(("address", null)));

    private static IResult UndoUnsubscribePage(Subscriber subscriber, PageRenderer renderer) => renderer.RenderPage(
        "undo_unsubscribe",
        new PageMetadata("Keep your subscription", "Undo an unsubscription that was not yours.", null),
        TemplateModel.Create(
            ("address", subscriber.MaskedAddress),
            ("schedule", SubscriberModel.FormatSchedule(subscriber.Preferences, renderer.Language))));
}
