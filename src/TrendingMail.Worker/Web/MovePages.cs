using TrendingMail.Delivery;
using TrendingMail.Rendering;
using TrendingMail.SignUp;
using TrendingMail.Storage;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>A change of address: asked for on the preferences page, confirmed from the new one, taken back from the old one.</summary>
internal static class MovePages
{
    public static void MapMovePages(this IEndpointRouteBuilder app)
    {
        app.MapPost("/preferences/{token}/address", AskAsync).RequireRateLimiting(RateLimits.SignUp);
        app.MapPage("/move/{token}", (string token, LinkSigner signer, SubscriberStore store, AddressChangeFlow changes,
            ReaderDoor door, Pages pages, CancellationToken stop) => ShowAsync(
                token, LinkPurpose.Move, signer, store, changes, door, pages, stop));
        app.MapPost("/move/{token}", (string token, HttpContext http, LinkSigner signer, AddressChangeFlow changes,
            DeliveryPump pump, ReaderDoor door, Pages pages) => ActAsync(
                token, LinkPurpose.Move, changes.ConfirmAsync, http, signer, pump, door, pages))
            .RequireRateLimiting(RateLimits.Action);
        app.MapPage("/move-back/{token}", (string token, LinkSigner signer, SubscriberStore store, AddressChangeFlow changes,
            ReaderDoor door, Pages pages, CancellationToken stop) => ShowAsync(
                token, LinkPurpose.MoveBack, signer, store, changes, door, pages, stop));
        app.MapPost("/move-back/{token}", (string token, HttpContext http, LinkSigner signer, AddressChangeFlow changes,
            DeliveryPump pump, ReaderDoor door, Pages pages) => ActAsync(
                token, LinkPurpose.MoveBack, changes.TakeBackAsync, http, signer, pump, door, pages))
            .RequireRateLimiting(RateLimits.Action);
    }

    private static Task<IResult> AskAsync(
        string token, HttpContext http, ReaderDoor door, ReaderLinks links, AddressChangeFlow changes, AddressGate gate,
        DeliveryPump pump, Pages pages) => door.OpenAsync(token, LinkPurpose.Preferences, async (reader, link) =>
    {
        var back = (links.Preferences(reader, link.IssuedAt), "Back to your preferences");
        var form = await Forms.ReadAsync(http);
        switch (await gate.JudgeAsync(form["email"].ToString().Trim(), http.RequestAborted))
        {
            case AddressVerdict.Refused refused:
                return pages.Message("Please look at the address", refused.Reason, StatusCodes.Status400BadRequest, back);
            case AddressVerdict.TooMany tooMany:
                using (tooMany.Lease)
                {
                    return RateLimits.TooMany(http, tooMany.Lease);
                }

            case AddressVerdict.Welcome welcome:
                if (reader.State is SubscriberState.Active or SubscriberState.Paused)
                {
                    await changes.AskAsync(reader, welcome.Address, Forms.OriginOf(http, "web"), http.RequestAborted);
                    pump.Wake();
                }

                return pages.Message("Check the new inbox", "If this address can be used, a mail with a link is on its way to " +
                    $"it. Until that link is used, all mail goes to {reader.MaskedAddress} as before." +
                    (welcome.Meant is { } meant ? $" (Did you mean {meant.Value}? Then ask again with that.)" : ""),
                    StatusCodes.Status202Accepted, back);
            default:
                throw new InvalidOperationException("A form without a trap was trapped.");
        }
    }, http.RequestAborted);

    // The epoch is not looked at here: after the move the link tells that it is done, and to press it again does nothing.
    private static async Task<IResult> ShowAsync(
        string token, LinkPurpose purpose, LinkSigner signer, SubscriberStore store, AddressChangeFlow changes,
        ReaderDoor door, Pages pages, CancellationToken stop)
    {
        if (!signer.TryRead(token, purpose, out var link, out var fault))
        {
            return door.BadLink(fault);
        }

        return await store.FindAsync(link.SubscriberId, stop) is { } reader &&
            await changes.FindAsync(link.Subject, stop) is { } change && change.SubscriberId == reader.Id
            ? pages.Page("move", new PageHead("Your new address", "Move your subscription to another address.", null), Model.Of(
                ("back", purpose == LinkPurpose.MoveBack),
                ("moved", change.State == AddressChangeState.Moved.ToColumn()),
                ("old", EmailAddress.Mask(change.OldAddress)),
                ("new", EmailAddress.Mask(change.NewAddress))))
            : door.NoReader();
    }

    private static async Task<IResult> ActAsync(
        string token, LinkPurpose purpose, Func<LinkToken, Origin, CancellationToken, Task<MoveResult>> act,
        HttpContext http, LinkSigner signer, DeliveryPump pump, ReaderDoor door, Pages pages)
    {
        if (!signer.TryRead(token, purpose, out var link, out var fault))
        {
            return door.BadLink(fault);
        }

        switch (await act(link, Forms.OriginOf(http, "web"), http.RequestAborted))
        {
            case MoveResult.Moved moved:
                pump.Wake();
                return pages.Message(
                    purpose == LinkPurpose.Move ? "Your address is changed" : "Taken back",
                    $"Mail goes to {moved.MaskedAddress} from now on. A mail with new links is on its way there; the links in " +
                    "older mails work no more.", link: ("/", "Today's papers"));
            case MoveResult.Refused refused:
                return door.BadLink(refused.Reason);
            case var other:
                throw new InvalidOperationException($"{other} is no result of a move.");
        }
    }
}
