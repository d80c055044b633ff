using TrendingMail.Digests;
using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>A digest in the browser, as its mail shows it: for those whose mail program shows it badly, or not at all.</summary>
internal static class MailPages
{
    /// <summary>A mail inside a frame of ours; its links may leave the frame.</summary>
    public const string FramedPolicy = Policy + " sandbox allow-popups allow-top-navigation-by-user-activation; " +
        "frame-ancestors 'self'; base-uri 'self'";

    /// <summary>The mail's own styles and pictures, no scripts, no forms.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:;";

    private const string PagePolicy = Policy + " frame-ancestors 'none'; base-uri 'none'";

    public static void MapMailPages(this IEndpointRouteBuilder app) => app.MapPage("/view/{token}", ShowAsync);

    private static Task<IResult> ShowAsync(
        string token, HttpContext http, ReaderDoor door, DigestDesk desk, DigestPress press, Pages pages) =>
        door.OpenAsync(token, LinkPurpose.View, async (reader, link) =>
        {
            var mailing = Digest.MailingOf(link.Choice == 1, DateOnly.FromDayNumber((int)link.Subject));
            if (await desk.FindAsync(mailing, reader, http.RequestAborted) is not { Count: > 0 } digest)
            {
                return pages.NotFound();
            }

            http.Response.Headers.ContentSecurityPolicy = PagePolicy;
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Robots-Tag"] = "noindex";
            return Results.Content(press.Render(digest, reader, withHtml: true).Html, "text/html; charset=utf-8");
        }, http.RequestAborted);
}
