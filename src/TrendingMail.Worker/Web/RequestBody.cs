using Microsoft.AspNetCore.Http.Features;

namespace TrendingMail.Worker.Web;

/// <summary>Limits the length of request bodies.</summary>
internal static class RequestBody
{
    /// <summary>The longest body, in bytes, of a route that has no limit of its own.</summary>
    public const int DefaultMaximumLength = 64 << 10;

    /// <summary>
    /// Sets the longest body of this request, in bytes, whether or not it declares its length. Reading more throws
    /// <see cref="BadHttpRequestException"/>, which answers 413.
    /// </summary>
    public static void Limit(HttpContext http, long maximumLength)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maximumLength;
        }
    }
}
