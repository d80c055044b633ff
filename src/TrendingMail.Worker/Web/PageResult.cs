using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TrendingMail.Worker.Web;

/// <summary>
/// A rendered page or feed. A public one has an entity tag, so that a repeated request costs a few bytes; one behind a
/// subscriber's link is never cached.
/// </summary>
/// <param name="finish">Applied after the entity tag is computed, for content that must not change the tag.</param>
/// <param name="language">The negotiated language; null for content that is the same in all.</param>
internal sealed class PageResult(
    string text, int status, bool isPublic, Func<string, string> finish, string? language = null,
    string contentType = "text/html; charset=utf-8") : IResult
{
    /// <summary>Short, so that caches do not delay a new edition.</summary>
    private static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(1);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (language is not null)
        {
            response.Headers.ContentLanguage = language;
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        }

        if (!isPublic)
        {
            response.Headers.CacheControl = "no-store";

            // The page mixes user input with secret links: compression would leak them through its length (BREACH).
            if (httpContext.Features.Get<IHttpsCompressionFeature>() is { } compression)
            {
                compression.Mode = HttpsCompressionMode.DoNotCompress;
            }
        }
        else if (status == StatusCodes.Status200OK)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.AsSpan(0, 8))}\"", isWeak: true);
            response.GetTypedHeaders().CacheControl =
                new CacheControlHeaderValue { Public = true, MaxAge = MaximumAge };
            response.GetTypedHeaders().ETag = tag;
            if (MatchesAny(httpContext.Request.Headers.IfNoneMatch, tag))
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

    private static bool MatchesAny(StringValues header, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(header, out var known) &&
        known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false));
}
