using System.Globalization;
using Microsoft.Net.Http.Headers;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;

namespace TrendingMail.Worker.Web;

/// <summary>
/// The language of a page: the subscriber's on pages behind a link of theirs, otherwise what the browser asks for. It
/// is the current UI culture of the request, as in ASP.NET Core's own localization; the languages themselves are those
/// of the templates folder.
/// </summary>
internal static class PageLanguage
{
    /// <summary>The tag of the language of the current request.</summary>
    public static string Current => CultureInfo.CurrentUICulture.Name;

    /// <summary>Makes a language that of the rest of the calling method and of what it calls.</summary>
    public static void Use(string tag) => CultureInfo.CurrentUICulture = GetCulture(tag);

    /// <summary>Middleware that negotiates the language (RFC 9110 section 12.5.4).</summary>
    public static async Task NegotiateAsync(HttpContext http, RequestDelegate next)
    {
        Use(Choose(
            http.Request.GetTypedHeaders().AcceptLanguage,
            http.RequestServices.GetRequiredService<TemplateLibrary>().Languages));
        await next(http);
    }

    /// <summary>The best available language; English if none is acceptable.</summary>
    internal static string Choose(
        IEnumerable<StringWithQualityHeaderValue> accepted, IReadOnlyCollection<Language> available) => accepted
        .Where(language => language.Quality is null or > 0)
        .OrderByDescending(language => language.Quality ?? 1)
        .Select(language => Find(language.Value.Value ?? "", available))
        .FirstOrDefault(tag => tag is not null) ?? Language.Default;

    private static string? Find(string tag, IReadOnlyCollection<Language> available) =>
        available.FirstOrDefault(language => language.Tag.Equals(tag, StringComparison.OrdinalIgnoreCase))?.Tag
        ?? available.FirstOrDefault(
            language => language.Tag.Equals(tag.Split('-')[0], StringComparison.OrdinalIgnoreCase))?.Tag;

    private static CultureInfo GetCulture(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag);
        }
        catch (CultureNotFoundException)
        {
            // An imported tag that no system knows; the templates fall back in the same way.
            return CultureInfo.GetCultureInfo(Language.Default);
        }
    }
}
