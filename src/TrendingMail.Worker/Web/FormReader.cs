using TrendingMail.Subscribers;
using TrendingMail.Worker.Web.Clients;

namespace TrendingMail.Worker.Web;

/// <summary>Reads submitted forms.</summary>
internal static class FormReader
{
    /// <summary>Most forms are a few hundred bytes.</summary>
    private const int DefaultMaximumLength = 16 << 10;

    /// <summary>Reads the form fields; returns none if the body is too large or not a valid form.</summary>
    /// <exception cref="BadHttpRequestException">A body of undeclared length turned out to be too large.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpContext http, int maximumLength = DefaultMaximumLength)
    {
        RequestBody.Limit(http, maximumLength);
        try
        {
            return http.Request.HasFormContentType && (http.Request.ContentLength ?? 0) <= maximumLength
                ? await http.Request.ReadFormAsync(http.RequestAborted)
                : FormCollection.Empty;
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return FormCollection.Empty;
        }
    }

    /// <summary>The origin of the request, for the consent history.</summary>
    /// <param name="name">See <see cref="ConsentOrigin"/>.</param>
    public static ConsentOrigin GetOrigin(HttpContext http, string name) =>
        new(name, http.GetClient().Network);
}
