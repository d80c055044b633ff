using TrendingMail.Subscribers;

namespace TrendingMail.Worker.Web;

/// <summary>What comes with a POST.</summary>
internal static class Forms
{
    /// <summary>A form of ours is a few hundred bytes.</summary>
    private const int UsualMaximum = 16 << 10;

    /// <summary>The form's fields; none where it is too large or no form that can be read.</summary>
    public static async Task<IFormCollection> ReadAsync(HttpContext http, int maximumLength = UsualMaximum)
    {
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

    /// <summary>From where the wish came.</summary>
    /// <param name="name">See <see cref="Origin"/>.</param>
    public static Origin OriginOf(HttpContext http, string name) =>
        new(name, ClientNetwork.Of(http.Connection.RemoteIpAddress));
}
