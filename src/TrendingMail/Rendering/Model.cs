using Scriban.Runtime;

namespace TrendingMail.Rendering;

/// <summary>Builds what a template sees: only the names that were put there, nothing of our own types.</summary>
public static class Model
{
    public static ScriptObject Of(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var model = new ScriptObject(members.Length);
        foreach (var (name, value) in members)
        {
            model.SetValue(name, value, readOnly: true);
        }

        return model;
    }

    public static ScriptArray List(IEnumerable<object?> items) => [.. items];

    /// <summary>What every template sees as <c>site</c>.</summary>
    public static ScriptObject Site(SiteOptions site) => Of(
        ("name", site.Name),
        ("url", site.BaseUrl),
        ("contact", site.Contact),
        ("postal_address", site.PostalAddress.Length > 0 ? site.PostalAddress : null));

    /// <summary>An address that a page or a mail may link to, or null where it is none or has an unsafe scheme.</summary>
    public static string? Link(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "mailto" ? url : null;
}
