using System.Text.Json.Nodes;
using Scriban.Runtime;
using TrendingMail.SignUp.Abuse;
using TrendingMail.Templates;
using TrendingMail.Templates.Localization;
using TrendingMail.Worker.Web.Public;

namespace TrendingMail.Worker.Web;

/// <summary>The metadata of a page.</summary>
/// <param name="Title">Without the site's name.</param>
/// <param name="Canonical">The canonical path; null to exclude the page from search engines.</param>
/// <param name="StructuredData">Structured data, see <see cref="SchemaOrg"/>.</param>
internal sealed record PageMetadata(
    string Title, string Description, string? Canonical, JsonObject? StructuredData = null);

/// <summary>Renders HTML pages from the templates.</summary>
internal sealed class PageRenderer(
    TemplateLibrary templates, SiteOptions site, FormTokens formTokens, SecurityOptions security)
{
    /// <summary>
    /// Replaced by a form token just before the page is sent, so that tokens do not change the entity tag.
    /// </summary>
    private const string FormTokenPlaceholder = "form-token-placeholder";

    /// <summary>The consent wording, as shown on pages and kept in the consent history.</summary>
    public string Consent =>
        templates.Render(
            "web/consent.txt", TemplateModel.Create(("site", TemplateModel.Site(site))), Language.Tag).Trim();

    /// <summary>The language of the page that is rendered; see <see cref="PageLanguage"/>.</summary>
    public Language Language => templates.FindLanguage(PageLanguage.Current);

    /// <summary>The link to the home page, for <see cref="RenderMessage"/>.</summary>
    public (string Href, string Text) Home => ("/", Text("web.home"));

    /// <summary>The link to the home page as the place to subscribe.</summary>
    public (string Href, string Text) SubscribeLink => ("/", Text("web.form.button"));

    /// <summary>The available language for a tag that a form has; without one, that of the page.</summary>
    public string FindLanguageTag(string tag) => tag.Length > 0 ? templates.FindLanguage(tag).Tag : Language.Tag;

    /// <inheritdoc cref="Templates.Localization.Language.Text"/>
    public string Text(string key, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Language.Text(key, values);

    /// <summary>Renders <c>web/NAME.html</c> inside <c>web/layout.html</c>.</summary>
    public IResult RenderPage(string name, PageMetadata head, ScriptObject model, int status = StatusCodes.Status200OK)
    {
        var page = TemplateModel.Create(
            ("title", head.Title),
            ("description", head.Description),
            ("canonical", head.Canonical is null ? null : site.BaseUrl + head.Canonical),
            ("noindex", head.Canonical is null),
            ("facts", head.StructuredData is null ? null : SchemaOrg.ToScript(head.StructuredData)));
        model.SetValue("site", TemplateModel.Site(site), readOnly: true);
        model.SetValue("page", page, readOnly: true);
        model.SetValue("sign_up", TemplateModel.Create(
            ("consent", Consent),
            ("email", ValueOrDefault("email", "")),
            ("time_zone", ValueOrDefault("time_zone", "")),
            ("is_error", ValueOrDefault("is_error", false)),
            ("shared_mailbox", ValueOrDefault("shared_mailbox", false)),
            ("form_token", FormTokenPlaceholder),
            ("minimum_fill_seconds", security.MinimumFillSeconds),
            ("proof_of_work_bits", security.ProofOfWorkBits)), readOnly: true);
        var content = templates.Render($"web/{name}.html", model, Language.Tag);
        var html = templates.Render("web/layout.html", TemplateModel.Create(
            ("site", TemplateModel.Site(site)), ("page", page), ("content", new RawHtml(content)),
            ("query", model.TryGetValue("query", out var query) ? query : null)), Language.Tag);
        return new PageResult(html, status, isPublic: head.Canonical is not null, InsertFormToken, Language.Tag);

        object ValueOrDefault(string name, object defaultValue) =>
            model.TryGetValue(name, out var value) && value is not null ? value : defaultValue;
    }

    private string InsertFormToken(string html) =>
        html.Replace(FormTokenPlaceholder, formTokens.Create(), StringComparison.Ordinal);

    /// <summary>Renders <c>web/NAME.html</c> without the layout.</summary>
    public string RenderFragment(string name, ScriptObject model) => templates.Render($"web/{name}.html", model);

    /// <summary>Renders a page that only shows a message.</summary>
    public IResult RenderMessage(
        string heading, string text, int status = StatusCodes.Status200OK, (string Href, string Text)? link = null) =>
        RenderPage("message", new PageMetadata(heading, text, null), TemplateModel.Create(
            ("heading", heading),
            ("text", text),
            ("link", link is { } l ? TemplateModel.Create(("href", ToUrl(l.Href)), ("text", l.Text)) : null)), status);

    /// <summary>The link to a path of the site, below the path of its public URL; other links are unchanged.</summary>
    private string ToUrl(string href) => href.StartsWith('/') ? site.BasePath + href : href;

    public IResult NotFound() => RenderMessage(
        Text("web.error.not_found"), Text("web.error.not_found_text"), StatusCodes.Status404NotFound, Home);

    public IResult RenderUnavailable() => RenderMessage(
        Text("web.error.unavailable"), Text("web.error.unavailable_text"), StatusCodes.Status503ServiceUnavailable);
}

/// <summary>Maps pages.</summary>
internal static class PageRouteExtensions
{
    /// <summary>The methods of whatever can be read.</summary>
    public static IEnumerable<string> Methods { get; } = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps a page for GET and HEAD (RFC 9110 section 9.3.2), which link checkers and monitors use.</summary>
    public static RouteHandlerBuilder MapPage(this IEndpointRouteBuilder app, string pattern, Delegate handler) =>
        app.MapMethods(pattern, Methods, handler);
}
