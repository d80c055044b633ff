using Scriban.Runtime;

namespace TrendingMail.Templates;

/// <summary>Builds template models, which expose explicitly named members only and none of our types.</summary>
public static class TemplateModel
{
    public static ScriptObject Create(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var model = new ScriptObject(members.Length);
        foreach (var (name, value) in members)
        {
            model.SetValue(name, value, readOnly: true);
        }

        return model;
    }

    public static ScriptArray List(IEnumerable<object?> items) => [.. items];

    /// <summary>The <c>site</c> object of every template.</summary>
    public static ScriptObject Site(SiteOptions site) => Create(
        ("name", site.Name),
        ("url", site.BaseUrl),
        ("path", site.BasePath),
        ("contact", site.Contact),
        ("postal_address", site.PostalAddress.Length > 0 ? site.PostalAddress : null));

    /// <summary>Returns a URL that is safe to link to, or null if it is not a URL or has an unsafe scheme.</summary>
    public static string? SafeUrl(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "mailto" ? url : null;
}
