using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TrendingMail.Worker.Web;

/// <summary>
/// A finished page or feed. One for everyone has an entity tag, so that a reader who comes again is told in a few bytes that
/// nothing is new; one that belongs to a link is kept nowhere.
/// </summary>
/// <param name="finish">What is put in at the very last, and is no difference to who has the page already.</param>
internal sealed class PageResult(
    string text, int status, bool forEveryone, Func<string, string> finish,
    string contentType = "text/html; charset=utf-8") : IResult
{
    /// <summary>Short: an edition that was just published must not wait for caches on the way.</summary>
    private static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(1);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (!forEveryone)
        {
            response.Headers.CacheControl = "no-store";

            // What a link's page echoes stands beside what the link may do: compressed, their lengths would tell.
            if (httpContext.Features.Get<IHttpsCompressionFeature>() is { } compression)
            {
                compression.Mode = HttpsCompressionMode.DoNotCompress;
            }
        }
        else if (status == StatusCodes.Status200OK)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.AsSpan(0, 8))}\"", isWeak: true);
            response.GetTypedHeaders().CacheControl = new CacheControlHeaderValue { Public = true, MaxAge = MaximumAge };
            response.GetTypedHeaders().ETag = tag;
            if (IsKnown(httpContext.Request.Headers.IfNoneMatch, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        var bytes = Encoding.UTF8.GetBytes(finish(text));
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }

    private static bool IsKnown(StringValues header, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(header, out var known) &&
        known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false));
}
