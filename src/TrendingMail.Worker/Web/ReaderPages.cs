using TrendingMail.Delivery;
using TrendingMail.Editions;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>
/// What a reader does through the form and the links in the mail. A GET never changes anything, because mail scanners
/// follow every link; the deed is a POST.
/// </summary>
internal static class ReaderPages
{
    /// <summary>A form of ours is a few hundred bytes.</summary>
    private const int MaximumForm = 16 << 10;

    public static void MapReaderPages(this IEndpointRouteBuilder app)
    {
        app.MapPost("/subscribe", SubscribeAsync);
        app.MapPage("/confirm/{token}", (string token, LinkSigner signer, SubscriberStore store, Pages pages,
            CancellationToken stop) => ShowAsync(token, LinkPurpose.Confirm, signer, store, pages,
                (reader, _) => ConfirmPage(reader, pages), stop));
        app.MapPost("/confirm/{token}", ConfirmAsync);
        app.MapPage("/unsubscribe/{token}", (string token, LinkSigner signer, SubscriberStore store, Pages pages,
            ReaderLinks links, CancellationToken stop) => ShowAsync(token, LinkPurpose.Unsubscribe, signer, store, pages,
                (reader, link) => UnsubscribePage(reader, link, pages, links), stop));
        app.MapPost("/unsubscribe/{token}", UnsubscribeAsync);
        app.MapPage("/preferences/{token}", (string token, LinkSigner signer, SubscriberStore store,
            PreferencesPage preferences, Pages pages, CancellationToken stop) => ShowAsync(
                token, LinkPurpose.Preferences, signer, store, pages,
                (reader, link) => preferences.Show(reader, link, PreferencesForm.Of(reader), saved: false), stop));
        app.MapPost("/preferences/{token}", SavePreferencesAsync);
    }

    private static async Task<IResult> SubscribeAsync(
        HttpContext http, SignUpFlow flow, DigestOptions digest, DeliveryPump pump, Pages pages)
    {
        var form = await ReadFormAsync(http);
        if (!EmailAddress.TryParse(form["email"], out var address, out var fault))
        {
            return pages.Message("Please look at the address", fault, StatusCodes.Status400BadRequest, ("/", "Back"));
        }

        // The field is hidden from people: what fills it is a program, which is told nothing.
        if (string.IsNullOrEmpty(form["website"]))
        {
            await flow.RequestAsync(address, DefaultPreferences.Of(digest), OriginOf(http, "web"), http.RequestAborted);
            pump.Wake();
        }

        return pages.Message("Check your inbox", "If this address can subscribe, a mail with a link is on its way to it. " +
            "Nothing else is sent before you have used that link.", StatusCodes.Status202Accepted, ("/", "Today's papers"));
    }

    private static async Task<IResult> ConfirmAsync(
        string token, HttpContext http, LinkSigner signer, SignUpFlow flow, DeliveryPump pump, Pages pages)
    {
        if (!signer.TryRead(token, LinkPurpose.Confirm, out var link, out var fault))
        {
            return BadLink(pages, fault);
        }

        switch (await flow.ConfirmAsync(link, OriginOf(http, "web"), http.RequestAborted))
        {
            case ConfirmResult.Refused refused:
                return BadLink(pages, refused.Reason);
            case ConfirmResult.AlreadyActive:
                return pages.Message("You are subscribed", "This was confirmed before; there is nothing left to do.",
                    link: ("/", "Today's papers"));
            default:
                pump.Wake();
                return pages.Message("You are subscribed",
                    "Welcome! A mail that tells you what comes when is on its way.", link: ("/", "Today's papers"));
        }
    }

    /// <summary>From the page's button, or from a mail program by RFC 8058: the answer is the same, and no redirect.</summary>
    private static async Task<IResult> UnsubscribeAsync(
        string token, HttpContext http, LinkSigner signer, SubscriberStore store, SignUpFlow flow, Pages pages)
    {
        if (!signer.TryRead(token, LinkPurpose.Unsubscribe, out var link, out var fault))
        {
            return BadLink(pages, fault);
        }

        if (await FindAsync(link, store, http.RequestAborted) is not { } reader)
        {
            return NoReader(pages);
        }

        var form = await ReadFormAsync(http);
        var origin = OriginOf(http, form["List-Unsubscribe"] == "One-Click" ? "one-click" : "web");
        await flow.UnsubscribeAsync(reader.Id, origin, http.RequestAborted);
        return pages.Message("You are unsubscribed", $"No more digests are sent to {reader.MaskedAddress}.",
            link: ("/", "Subscribe again"));
    }

    private static async Task<IResult> SavePreferencesAsync(
        string token, HttpContext http, LinkSigner signer, SubscriberStore store, PreferencesPage preferences,
        Pages pages, TimeProvider clock)
    {
        if (!signer.TryRead(token, LinkPurpose.Preferences, out var link, out var fault))
        {
            return BadLink(pages, fault);
        }

        if (await FindAsync(link, store, http.RequestAborted) is not { } reader)
        {
            return NoReader(pages);
        }

        var form = PreferencesForm.Read(await ReadFormAsync(http));
        var today = DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(clock.GetUtcNow(), reader.Preferences.Zone).DateTime);
        if (!form.TryAccept(today, out var accepted, out var pausedUntil))
        {
            return preferences.Show(reader, link, form, saved: false, StatusCodes.Status400BadRequest);
        }

        var due = await store.SavePreferencesAsync(reader.Id, accepted, pausedUntil, http.RequestAborted);
        var now = (await store.FindAsync(reader.Id, http.RequestAborted))!;
        return preferences.Show(now, link, PreferencesForm.Of(now), saved: due is not null);
    }

    /// <summary>Shows a link's page, if the link holds and its reader is there.</summary>
    private static async Task<IResult> ShowAsync(
        string token, LinkPurpose purpose, LinkSigner signer, SubscriberStore store, Pages pages,
        Func<Subscriber, LinkToken, IResult> page, CancellationToken cancellationToken)
    {
        if (!signer.TryRead(token, purpose, out var link, out var fault))
        {
            return BadLink(pages, fault);
        }

        return await FindAsync(link, store, cancellationToken) is { } reader ? page(reader, link) : NoReader(pages);
    }

    private static async Task<Subscriber?> FindAsync(LinkToken link, SubscriberStore store, CancellationToken stop) =>
        await store.FindAsync(link.SubscriberId, stop) is { } reader && reader.LinkEpoch == link.Epoch ? reader : null;

    private static IResult ConfirmPage(Subscriber reader, Pages pages) => pages.Page(
        "confirm", new PageHead("Confirm your subscription", "One click, and the day's papers come to your inbox.", null),
        Model.Of(("address", reader.MaskedAddress)));

    private static IResult UnsubscribePage(Subscriber reader, LinkToken link, Pages pages, ReaderLinks links) => pages.Page(
        "unsubscribe", new PageHead("Unsubscribe", "Stop the digests.", null), Model.Of(
            ("address", reader.MaskedAddress),
            ("schedule", ScheduleText.Of(reader.Preferences)),
            ("preferences_url", links.Preferences(reader, link.IssuedAt))));

    private static IResult BadLink(Pages pages, string fault) =>
        pages.Message("This link does not work", fault, StatusCodes.Status400BadRequest, ("/", "Subscribe"));

    private static IResult NoReader(Pages pages) => pages.Message(
        "This link does not work any more", "Nobody is subscribed through it. You can subscribe on our front page.",
        StatusCodes.Status410Gone, ("/", "Subscribe"));

    /// <summary>The form's fields; none where it is too large or no form that can be read.</summary>
    private static async Task<IFormCollection> ReadFormAsync(HttpContext http)
    {
        try
        {
            return http.Request.HasFormContentType && http.Request.ContentLength is null or <= MaximumForm
                ? await http.Request.ReadFormAsync(http.RequestAborted)
                : FormCollection.Empty;
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return FormCollection.Empty;
        }
    }

    private static Origin OriginOf(HttpContext http, string name) =>
        new(name, ClientNetwork.Of(http.Connection.RemoteIpAddress));
}
