using TrendingMail.SignUp.Abuse;
using TrendingMail.Templates;

namespace TrendingMail.Worker.Web;

/// <summary>Tells where a submitted form stood.</summary>
internal sealed class CrossSiteForms(SiteOptions site, SecurityOptions security)
{
    private readonly HashSet<string> allowed = [.. security.FormOrigins.Select(SecurityOptions.NormalizeOrigin)];

    private readonly string own = SecurityOptions.NormalizeOrigin(site.BaseUrl);

    /// <summary>Whether the form stood on our pages or on a site that the operator allows.</summary>
    /// <remarks>
    /// Browsers say so in Sec-Fetch-Site (W3C Fetch Metadata), except on sites without TLS. Origin (RFC 6454) is
    /// <c>null</c> even for our own forms, because our pages send no referrer. Other programs send neither.
    /// </remarks>
    public bool IsAllowed(HttpRequest request)
    {
        var fetchSite = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return fetchSite is "same-origin" or "none" || allowed.Contains(origin) ||
            (fetchSite.Length == 0 && (origin is "" or "null" || origin == own ||
                origin == $"{request.Scheme}://{request.Host}"));
    }
}
