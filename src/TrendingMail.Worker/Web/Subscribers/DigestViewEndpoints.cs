using TrendingMail.Digests;
using TrendingMail.Links;

namespace TrendingMail.Worker.Web.Subscribers;

/// <summary>Shows a digest in the browser, for mail clients that render it badly or not at all.</summary>
internal static class DigestViewEndpoints
{
    /// <summary>The policy of a mail inside a frame; its links may leave the frame.</summary>
    public const string FramedPolicy = Policy + " sandbox allow-popups allow-top-navigation-by-user-activation; " +
        "frame-ancestors 'self'; base-uri 'self'";

    /// <summary>Allows the styles and images of the mail, but no scripts or forms.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:;";

    private const string PagePolicy = Policy + " frame-ancestors 'none'; base-uri 'none'";

    public static void MapDigestViewEndpoints(this IEndpointRouteBuilder app) =>
        app.MapPage("/view/{token}", ShowAsync);

    private static Task<IResult> ShowAsync(
        string token, HttpContext http, LinkAuthorizer authorizer, DigestViewer viewer, PageRenderer renderer) =>
        authorizer.AuthorizeAsync(token, LinkPurpose.View, async (subscriber, link) =>
        {
            var mailing = Digest.MailingFor(link.Choice == 1, DateOnly.FromDayNumber((int)link.Subject));

            // People share this link, so unlike the mail the page must not name the subscriber.
            var recipient = subscriber with { Address = subscriber.MaskedAddress };
            if (await viewer.RenderAsync(mailing, recipient, http.RequestAborted) is not { } html)
            {
                return renderer.NotFound();
            }

            http.Response.Headers.ContentSecurityPolicy = PagePolicy;
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Robots-Tag"] = "noindex";
            return Results.Content(html, "text/html; charset=utf-8");
        }, http.RequestAborted);
}
