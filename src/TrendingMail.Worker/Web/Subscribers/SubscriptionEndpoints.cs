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

        PageLanguage.Use(await authorizer.FindLanguageAsync(link, http.RequestAborted));
        var consentOrigin = FormReader.GetOrigin(http, "web") with { ConsentText = renderer.Consent };
        switch (await flow.ConfirmAsync(link, consentOrigin, http.RequestAborted))
        {
            case ConfirmResult.Rejected rejected:
                return authorizer.InvalidLink(rejected.Reason);
            case ConfirmResult.AlreadyActive:
                return renderer.RenderMessage(renderer.Text("web.subscribed.heading"),
                    renderer.Text("web.subscribed.already"), link: renderer.Home);
            default:
                dispatcher.Wake();
                return renderer.RenderMessage(renderer.Text("web.subscribed.heading"),
                    renderer.Text("web.subscribed.welcome"), link: renderer.Home);
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

        PageLanguage.Use(await authorizer.FindLanguageAsync(link, http.RequestAborted));
        await flow.ReportNotMeAsync(link, FormReader.GetOrigin(http, "web"), http.RequestAborted);
        return renderer.RenderMessage(renderer.Text("web.not_me.thanks"),
            renderer.Text("web.not_me.done", ("days", (int)SignUpBlocklist.Duration.TotalDays)));
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
            return renderer.RenderMessage(
                renderer.Text("web.unsubscribe.done"),
                valid.IsCurrent
                    ? renderer.Text("web.unsubscribe.done_text", ("address", valid.Subscriber.MaskedAddress))
                    : renderer.Text("web.unsubscribe.done_other"),
                link: ("/", renderer.Text("web.unsubscribe.again")));
        }, http.RequestAborted);

    private static Task<IResult> UndoUnsubscribeAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, SignUpFlow flow, PageRenderer renderer) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.UndoUnsubscribe, async (subscriber, link) =>
            await flow.UndoUnsubscribeAsync(link, FormReader.GetOrigin(http, "web"), http.RequestAborted) switch
            {
                ConfirmResult.Rejected rejected => authorizer.InvalidLink(rejected.Reason),
                _ => renderer.RenderMessage(renderer.Text("web.subscribed.heading"),
                    renderer.Text("web.subscribed.kept", ("address", subscriber.MaskedAddress)), link: renderer.Home),
            }, http.RequestAborted);

    private static IResult ConfirmPage(Subscriber subscriber, PageRenderer renderer) => renderer.RenderPage(
        "confirm",
        new PageMetadata(renderer.Text("web.confirm.title"), renderer.Text("web.confirm.description"), null),
        TemplateModel.Create(("address", subscriber.MaskedAddress)));

    private static IResult NotMePage(LinkResult.Valid valid, PageRenderer renderer) => renderer.RenderPage(
        "not_me", new PageMetadata(renderer.Text("web.not_me.title"), renderer.Text("web.not_me.description"), null),
        TemplateModel.Create(
            ("address", valid.IsCurrent ? valid.Subscriber.MaskedAddress : null),
            ("block_days", (int)SignUpBlocklist.Duration.TotalDays)));

    /// <summary>
    /// A link that was revoked, or mailed to a former address, shows neither the present address nor the way to the
    /// preferences: its holder may be someone else.
    /// </summary>
    private static IResult UnsubscribePage(LinkResult.Valid valid, PageRenderer renderer, SubscriberLinks links) =>
        renderer.RenderPage(
            "unsubscribe",
            new PageMetadata(
                renderer.Text("web.unsubscribe.title"), renderer.Text("web.unsubscribe.description"), null),
            valid is { IsCurrent: true, Subscriber: var subscriber, Link: var link }
            ? TemplateModel.Create(
                ("address", subscriber.MaskedAddress),
                ("schedule", SubscriberModel.FormatSchedule(subscriber.Preferences, renderer.Language)),
                ("preferences_url", links.Preferences(subscriber, link.IssuedAt)))
            : TemplateModel.Create(("address", null)));

    private static IResult UndoUnsubscribePage(Subscriber subscriber, PageRenderer renderer) => renderer.RenderPage(
        "undo_unsubscribe",
        new PageMetadata(renderer.Text("web.undo.title"), renderer.Text("web.undo.description"), null),
        TemplateModel.Create(
            ("address", subscriber.MaskedAddress),
            ("schedule", SubscriberModel.FormatSchedule(subscriber.Preferences, renderer.Language))));
}
