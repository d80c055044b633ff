using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>
/// Coming and going through the links in the mails. A GET never changes anything, because mail scanners follow every
/// link; the deed is a POST. Each page says for whom it acts, for mails are forwarded.
/// </summary>
internal static class ReaderPages
{
    public static void MapReaderPages(this IEndpointRouteBuilder app)
    {
        app.MapPage("/confirm/{token}", (string token, ReaderDoor door, Pages pages, CancellationToken stop) =>
            door.OpenAsync(token, LinkPurpose.Confirm, (reader, _) => ConfirmPage(reader, pages), stop));
        app.MapPost("/confirm/{token}", ConfirmAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/not-me/{token}", (string token, ReaderDoor door, Pages pages, CancellationToken stop) =>
            door.OpenAsync(token, LinkPurpose.Disown, (reader, _) => DisownPage(reader, pages), stop));
        app.MapPost("/not-me/{token}", DisownAsync).RequireRateLimiting(RateLimits.Action);
        app.MapPage("/unsubscribe/{token}", (string token, ReaderDoor door, Pages pages, ReaderLinks links,
            CancellationToken stop) => door.OpenAsync(
                token, LinkPurpose.Unsubscribe, (reader, link) => UnsubscribePage(reader, link, pages, links), stop));

        // Not limited: a mail provider unsubscribes many readers from one network.
        app.MapPost("/unsubscribe/{token}", UnsubscribeAsync);
        app.MapPage("/return/{token}", (string token, ReaderDoor door, Pages pages, CancellationToken stop) =>
            door.OpenAsync(token, LinkPurpose.Return, (reader, _) => ReturnPage(reader, pages), stop));
        app.MapPost("/return/{token}", ReturnAsync).RequireRateLimiting(RateLimits.Action);
    }

    private static async Task<IResult> ConfirmAsync(
        string token, HttpContext http, LinkSigner signer, SignUpFlow flow, DeliveryPump pump, ReaderDoor door, Pages pages)
    {
        if (!signer.TryRead(token, LinkPurpose.Confirm, out var link, out var fault))
        {
            return door.BadLink(fault);
        }

        var origin = Forms.OriginOf(http, "web") with { Wording = pages.Consent };
        switch (await flow.ConfirmAsync(link, origin, http.RequestAborted))
        {
            case ConfirmResult.Refused refused:
                return door.BadLink(refused.Reason);
            case ConfirmResult.AlreadyActive:
                return pages.Message("You are subscribed", "This was confirmed before; there is nothing left to do.",
                    link: ("/", "Today's papers"));
            default:
                pump.Wake();
                return pages.Message("You are subscribed",
                    "Welcome! A mail that tells you what comes when is on its way.", link: ("/", "Today's papers"));
        }
    }

    /// <summary>The answer is the same whether the request is still there, was dropped before, or has expired.</summary>
    private static async Task<IResult> DisownAsync(
        string token, HttpContext http, LinkSigner signer, SignUpFlow flow, ReaderDoor door, Pages pages)
    {
        if (!signer.TryRead(token, LinkPurpose.Disown, out var link, out var fault))
        {
            return door.BadLink(fault);
        }

        await flow.DisownAsync(link, Forms.OriginOf(http, "web"), http.RequestAborted);
        return pages.Message("Thank you for telling us", "The request is dropped and nothing is sent to you. For " +
            $"{(int)SignUpBlocks.Duration.TotalDays} days nobody can ask for your address here.");
    }

    /// <summary>From the page's button, or from a mail program by RFC 8058: the answer is the same, and no redirect.</summary>
    private static Task<IResult> UnsubscribeAsync(
        string token, HttpContext http, ReaderDoor door, SignUpFlow flow, DeliveryPump pump, Pages pages) =>
        door.OpenAsync(token, LinkPurpose.Unsubscribe, async (reader, _) =>
        {
            var form = await Forms.ReadAsync(http);
            var origin = Forms.OriginOf(http, form["List-Unsubscribe"] == "One-Click" ? "one-click" : "web");
            await flow.UnsubscribeAsync(reader.Id, origin, http.RequestAborted);
            pump.Wake();
            return pages.Message("You are unsubscribed", $"No more digests are sent to {reader.MaskedAddress}. One last " +
                "mail tells its owner so, with a way back for the case that it was someone else.", link: ("/", "Subscribe again"));
        }, http.RequestAborted);

    private static Task<IResult> ReturnAsync(
        string token, HttpContext http, ReaderDoor door, SignUpFlow flow, Pages pages) =>
        door.OpenAsync(token, LinkPurpose.Return, async (reader, link) =>
            await flow.ReturnAsync(link, Forms.OriginOf(http, "web"), http.RequestAborted) switch
            {
                ConfirmResult.Refused refused => door.BadLink(refused.Reason),
                _ => pages.Message("You are subscribed", $"The digests to {reader.MaskedAddress} go on as before.",
                    link: ("/", "Today's papers")),
            }, http.RequestAborted);

    private static IResult ConfirmPage(Subscriber reader, Pages pages) => pages.Page(
        "confirm", new PageHead("Confirm your subscription", "One click, and the day's papers come to your inbox.", null),
        Model.Of(("address", reader.MaskedAddress)));

    private static IResult DisownPage(Subscriber reader, Pages pages) => pages.Page(
        "not_me", new PageHead("It was not you?", "Drop a request that someone else made.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("block_days", (int)SignUpBlocks.Duration.TotalDays)));

    private static IResult UnsubscribePage(Subscriber reader, LinkToken link, Pages pages, ReaderLinks links) => pages.Page(
        "unsubscribe", new PageHead("Unsubscribe", "Stop the digests.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("schedule", ReaderModel.Schedule(reader.Preferences, pages.Language)),
            ("preferences_url", links.Preferences(reader, link.IssuedAt))));

    private static IResult ReturnPage(Subscriber reader, Pages pages) => pages.Page(
        "return", new PageHead("Keep your subscription", "Take back an unsubscription that was not yours.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("schedule", ReaderModel.Schedule(reader.Preferences, pages.Language))));
}
